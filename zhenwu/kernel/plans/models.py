"""The plan has no tables of its own: sentences, tasks and progress are records of its pack's ledgers (decision 0019)."""
