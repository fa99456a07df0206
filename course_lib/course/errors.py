"""The one exception that a command shows as one line."""

__all__ = ["CommandError"]


class CommandError(Exception):
    """Something the student can mend: what is wrong, the value, what was expected, what to do."""
