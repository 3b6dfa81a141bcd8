"""Results, read and drawn; nothing here runs anything."""
