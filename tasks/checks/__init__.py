"""The checks that a task must pass before a study accepts it."""
