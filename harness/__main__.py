"""``gatelab`` and ``python -m gatelab``."""

import signal
import sys
import threading


def main(argv=None):
    """Run a command line; see ``cli.command.main``. Ctrl-C while modules are read is no error."""
    if threading.current_thread() is not threading.main_thread():
        return _run(argv)
    heard = signal.signal(signal.SIGINT, signal.SIG_DFL)  # ends the process without a word
    try:
        from .cli import command  # noqa: F401
    finally:
        signal.signal(signal.SIGINT, heard)
    return _run(argv)


def _run(argv):
    from .cli.command import main

    return main(argv)


if __name__ == "__main__":
    sys.exit(main())
