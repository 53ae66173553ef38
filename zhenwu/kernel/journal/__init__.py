"""Shelf `journal`: who did what when; the one stream that everything downstream follows."""
