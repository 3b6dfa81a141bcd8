"""What is asked for in words: a task with options, a file of one's own, a check."""
