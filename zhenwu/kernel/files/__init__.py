"""Shelf `files`: photos, scans, attachments, issued documents, and their hashes."""
