"""The command line: one command, a front door that may look at any floor."""
