"""What stands for something that cannot be copied between a check and the student's code.

The student's code runs in the same process as the check, or in the grader's sandbox. In both cases
plain values and tensors are copied, and everything else stays where it is and is referred to.
This file runs on both sides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["ROOTS", "Callback", "Handle", "Proxied", "name_of_type"]

# The numbers of the handles that exist from the start.
ROOTS = {"module": 0, "torch": 1, "kit": 2}


@dataclass(frozen=True)
class Handle:
    """An object that stays with the student's code.

    Attributes:
        number: the object's number.
        path: names of the attributes that lead from the object to what is meant.
        kind: "object", "callable" or "class" in replies; empty in requests.
        about: a short name of the object's type for messages, in replies.
    """

    number: int
    path: tuple[str, ...] = ()
    kind: str = ""
    about: str = ""


@dataclass(frozen=True)
class Callback:
    """A function of the check's that the student's code may call."""

    number: int


class Proxied:
    """Anything that stands for an object that stays with the student's code.

    Attributes:
        handle: what it stands for.
    """

    handle: Handle


def name_of_type(value: object) -> str:
    """The type of an object in a few characters: "NADE", "numpy float64[2]"."""
    if isinstance(value, (np.ndarray, np.generic)):
        return f"numpy {value.dtype}{list(value.shape)}"
    return type(value).__name__
