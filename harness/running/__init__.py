"""Studies: arguments, scheduling, worker processes, progress."""
