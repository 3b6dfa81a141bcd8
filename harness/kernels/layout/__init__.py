"""What is computed when, and where it lies in memory."""
