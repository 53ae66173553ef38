"""The report on paper: from a filled template to lines and lists, and its editions; ``lib.paper`` sets them on pages."""
