"""Data that is fetched: files by checksum, and where they come from."""
