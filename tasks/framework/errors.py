"""Errors of tasks."""

from gatelab.foundation.errors import GatelabError


class TaskError(GatelabError):
    """A task, an option or an array that cannot be used."""


class MissingData(TaskError):
    """A data file that is missing and could not be downloaded."""
