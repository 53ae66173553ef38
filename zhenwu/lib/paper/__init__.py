"""Official papers (GB/T 9704): lines, tables and pages as pure values, and the files that they become (.docx, PDF, .xlsx)."""
