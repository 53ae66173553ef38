"""Room `cli`: the `zhenwu` command. Whatever goes wrong, a person reads what to do next, never a traceback."""
