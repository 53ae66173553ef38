"""Room `jobs`: the clockwork, a process beside the web that follows the journal."""
