"""Command lines that say what is wrong in one line."""

import argparse


class Parser(argparse.ArgumentParser):
    """Refuses in one line, as the rest of gatelab does, instead of a page of usage."""

    def error(self, message):
        self.exit(2, f"error: {message}; --help lists everything\n")
