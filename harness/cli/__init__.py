"""The command line: one command with subcommands. It may import any other part of the package."""
