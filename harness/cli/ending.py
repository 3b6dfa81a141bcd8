"""How a command ends: one line for a mistake of the user's, silence for a closed pipe."""

import io
import os
import signal
import sys
import warnings
from contextlib import contextmanager

import click

from ..foundation.errors import GatelabError, did_you_mean
from ..foundation.lasting import Lasting

BAD_INPUT, NOT_ALL_LOGGED = 2, 3
KEPT = "stopped; everything finished is kept: run the same command again to continue"


def guarded(action):
    """Call an action and return its exit status.

    A mistake of the user's becomes ``error: ...`` on standard error and status 2.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # for names that the terminal cannot show
    with _one_line_warnings():
        try:
            status = action()
            sys.stdout.flush()
            return status or 0
        except click.exceptions.Exit as ended:
            return ended.exit_code
        except BrokenPipeError:  # | head
            # Python flushes standard output once more at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        except (GatelabError, click.ClickException, OSError) as error:
            print(f"error: {said(error)}", file=Lasting(sys.stderr))
            return BAD_INPUT
        except KeyboardInterrupt as stopped:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # people press it more than once
            print(str(stopped) or "stopped", file=Lasting(sys.stderr))
            return 128 + getattr(stopped, "signal", signal.SIGINT)  # as shells count


@contextmanager
def continuing():
    """Context manager for resumable work: stopped, it says that finished work is kept."""
    try:
        yield
    except KeyboardInterrupt as stopped:
        stopped.args = (KEPT,)
        raise


def said(error):
    """The message of an error, in one line."""
    return " ".join(_words(error).split())


def _words(error):
    if isinstance(error, click.NoSuchOption) and error.ctx is not None:
        known = [n for param in error.ctx.command.get_params(error.ctx) for n in param.opts]
        hint = did_you_mean(error.option_name, known) or _help(error)
        return f"unknown option {error.option_name}; {hint}"
    if isinstance(error, click.MissingParameter) and error.param is not None:
        name = error.param.get_error_hint(error.ctx).strip("'")
        return f"{name} is required; {_help(error)}"
    if isinstance(error, click.BadParameter) and error.param is not None:
        name = error.param.get_error_hint(error.ctx).strip("'")
        return f"{name}: {error.message.rstrip('.')}"
    if isinstance(error, click.ClickException):
        message = error.format_message().rstrip(".")
        return message[:1].lower() + message[1:]
    if isinstance(error, OSError):
        return f"cannot use {error.filename}: {error.strerror}" if error.filename else str(error)
    return str(error)


def _help(error):
    return f"{error.ctx.command_path} --help lists everything"


@contextmanager
def _one_line_warnings():
    usual, warnings.formatwarning = warnings.formatwarning, _warning
    try:
        yield
    finally:
        warnings.formatwarning = usual


def _warning(message, *_):
    return f"warning: {message}\n"
