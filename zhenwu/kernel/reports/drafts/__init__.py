"""Drafts (改稿): the report's .docx that people edited in Word or WPS, taken back with their words and our figures."""
