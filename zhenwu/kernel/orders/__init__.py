"""Work orders that come in by file with their own numbers and limits, and go back in the sender's layout (12345热线)."""
