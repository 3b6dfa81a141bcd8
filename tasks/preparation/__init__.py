"""What stands between raw input and a network, and between its output and an answer; as JSON."""
