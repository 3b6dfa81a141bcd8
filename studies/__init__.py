"""One question per script, its command line on top."""
