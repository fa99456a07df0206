"""Processes that a test looks at from outside."""

from __future__ import annotations

import time
from pathlib import Path

__all__ = ["alive", "ends"]


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
