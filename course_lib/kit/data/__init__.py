"""Data sets by name. Everything but "mnist" works offline and loads in well under a second."""

import difflib
import inspect
import os
from collections.abc import Callable
from typing import Any

from course_lib.kit.data import canvas, digits, mnist, python_source, shapes
from course_lib.kit.data.dataset import BinarySplits, DataError, Dataset, Split
from course_lib.kit.data.text import Text

__all__ = [
    "BinarySplits",
    "DataError",
    "Dataset",
    "Split",
    "Text",
    "chosen",
    "load",
    "load_text",
    "names",
]

_LOADERS: dict[str, Callable[..., Dataset]] = {
    "digits": digits.load,
    "canvas": canvas.load,
    "mnist": mnist.load,
    "shapes": shapes.load,
}
# Texts have a loader of their own: a text is one long row of characters, not images with labels,
# and `$COURSE_DATASET` does not choose it.
_TEXTS: dict[str, Callable[[], Text]] = {"python_source": python_source.load}


def names() -> list[str]:
    """The data sets that `load` knows."""
    return list(_LOADERS)


def chosen() -> str:
    """The name that `load()` takes when it is given none: `$COURSE_DATASET`, or "digits"."""
    return os.environ.get("COURSE_DATASET") or "digits"


def load(name: str | None = None, **options: Any) -> Dataset:
    """Load a data set.

    Args:
        name: "digits" (1,797 digits, 8×8, offline), "canvas" (digits on a larger field),
            "mnist" (70,000 digits, 28×28) or "shapes" (coloured shapes, drawn). `None`:
            `$COURSE_DATASET`, or "digits".
        options: the loader's own, for example `load("canvas", size=20)`.

    Raises:
        DataError: an unknown name or option, or files that are missing or damaged.
    """
    name = name or chosen()
    if name not in _LOADERS:
        close = difflib.get_close_matches(name.lower(), _LOADERS, n=1)
        meant = f"did you mean {close[0]!r}? " if close else ""
        raise DataError(f"no data set {name!r}: {meant}there are {', '.join(_LOADERS)}")
    loader = _LOADERS[name]
    known = list(inspect.signature(loader).parameters)
    for option in options:
        if option not in known:
            raise DataError(
                f"data set {name!r} has no option {option!r}; it takes {', '.join(known) or 'none'}"
            )
    return loader(**options)


def load_text(name: str = "python_source") -> Text:
    """Load a text.

    Args:
        name: "python_source", the standard library of this Python (offline).

    Raises:
        DataError: an unknown name, or a Python without its sources.
    """
    if name not in _TEXTS:
        raise DataError(f"no text {name!r}: there are {', '.join(_TEXTS)}")
    return _TEXTS[name]()
