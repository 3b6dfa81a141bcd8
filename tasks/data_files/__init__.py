"""Downloaded data: files identified by checksum, and their sources."""
