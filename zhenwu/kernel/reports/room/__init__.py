"""The drafting room: what several people do to one report before it is issued."""
