"""What a student is told when a limit was reached.

The student's code can only choose which of these sentences it gets.
"""

from __future__ import annotations

from course_lib.course.syllabus import Limits

__all__ = ["exhausted", "out_of_cpu", "out_of_memory"]


def out_of_cpu(limits: Limits) -> str:
    """The sentence for processor time."""
    return (
        f"your code used up the {limits.cpu_seconds:g} s of processor time that one exercise "
        "has: look for a loop that never ends, or for a step that is far too slow"
    )


def out_of_memory(limits: Limits) -> str:
    """The sentence for memory."""
    return f"your code used up the {limits.memory_megabytes} MB of memory that it has"


def exhausted(kind: str, text: str, limits: Limits) -> str:
    """The sentence for an exception that a limit caused; empty for any other."""
    low = text.lower()
    if kind == "MemoryError" or "allocate memory" in low or "errno 12" in low:
        return out_of_memory(limits)
    if kind == "OSError" and ("errno 27" in low or "errno 28" in low):
        return f"your code used up the {limits.file_megabytes} MB that its files may have"
    if kind == "BlockingIOError" or "can't start new thread" in low:
        return (
            f"your code may start {limits.processes} threads, and no other processes: "
            "none of the exercises needs any"
        )
    return ""
