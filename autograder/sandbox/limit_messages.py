"""What a student is told when a limit was reached.

The student's code can only choose which of these sentences it gets.
"""

from __future__ import annotations

from course_lib.course.syllabus import Limits

__all__ = ["Exhausted"]


class Exhausted:
    """One sentence for each limit."""

    @staticmethod
    def cpu(limits: Limits) -> str:
        """Processor time."""
        return (
            f"your code used up the {limits.cpu_seconds:g} s of processor time that one exercise "
            "has: look for a loop that never ends, or for a step that is far too slow"
        )

    @staticmethod
    def memory(limits: Limits) -> str:
        """Memory."""
        return f"your code used up the {limits.memory_megabytes} MB of memory that it has"

    @staticmethod
    def named(kind: str, text: str, limits: Limits) -> str:
        """The sentence for an exception that a limit caused; empty for any other."""
        low = text.lower()
        if kind == "MemoryError" or "allocate memory" in low or "errno 12" in low:
            return Exhausted.memory(limits)
        if kind == "OSError" and ("errno 27" in low or "errno 28" in low):
            return f"your code used up the {limits.file_megabytes} MB that its files may have"
        if kind == "BlockingIOError" or "can't start new thread" in low:
            return (
                f"your code may start {limits.processes} threads, and no other processes: "
                "none of the exercises needs any"
            )
        return ""
