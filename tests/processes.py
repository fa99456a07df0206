"""Commands and processes, as a test looks at them from outside."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

__all__ = ["Ran", "alive", "ends", "ran"]


@dataclass(frozen=True)
class Ran:
    """What a run of a command gave."""

    code: int
    out: str
    err: str = ""

    @property
    def words(self) -> str:
        """stdout with every run of white space as one space: wrapping does not matter."""
        return " ".join(self.out.split())


def ran(command: Callable[..., int | None], *arguments: object) -> Ran:
    """Run one of the instructors' commands, which is given a wide terminal as the last argument."""
    out = io.StringIO()
    code = command(*arguments, Console(file=out, width=150))
    return Ran(code or 0, out.getvalue())


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits for its parent to read its status does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def ends(pid: int) -> bool:
    """Whether a process has ended within ten seconds."""
    for _ in range(100):
        if not alive(pid):
            return True
        time.sleep(0.1)
    return False
