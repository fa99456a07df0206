"""The one exception that a command shows as one line."""

__all__ = ["CourseError"]


class CourseError(Exception):
    """Something the instructor can mend. The message says what, the value, and what to do."""
