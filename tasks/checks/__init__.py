"""What a task must pass before a study takes it."""
