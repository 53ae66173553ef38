"""The report on paper: a pure model of lines and tables, and its outputs (.docx, PDF, .xlsx, plain text)."""
