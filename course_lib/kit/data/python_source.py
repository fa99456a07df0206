"""The source of Python's standard library on the user's own machine, as text."""

import sys
import sysconfig
from importlib.machinery import PathFinder

import numpy as np
import torch
from torch import Tensor

from course_lib.kit.data.dataset import DataError
from course_lib.kit.data.text import Text

__all__ = ["ALPHABET", "MODULES", "load"]

# A line break and the 95 printable characters of ASCII.
ALPHABET = "\n" + "".join(map(chr, range(32, 127)))

# Modules that Python has had since 3.11 and still has. Whole files are held out: a file's own names
# and phrases come back all over it, and would make test text look familiar.
MODULES = {
    "train": """
        argparse base64 cmd code configparser contextlib dataclasses fileinput fractions functools
        getopt gettext graphlib pprint random sched selectors shelve shutil socketserver tempfile
        threading timeit trace weakref zipapp
    """,
    "valid": "calendar copy fnmatch glob",
    "test": "csv heapq queue shlex textwrap",
}
_REPLACEMENT = "?"


def load() -> Text:
    """About 0.8 million characters of Python: 26 modules to train, 4 to choose, 5 to test.

    The files are always the same, their text is that of the user's version of Python: figures of
    two versions differ by a few hundredths of a bit. Tabs become four spaces, and characters beyond
    ASCII question marks.

    Raises:
        DataError: this Python came without the source of a module.
    """
    names = {part: tuple(names.split()) for part, names in MODULES.items()}
    train, valid, test = (_tokens("".join(_source(name) for name in names[part])) for part in names)
    sources = {part: tuple(f"{n}.py" for n in own) for part, own in names.items()}
    return Text("python_source", ALPHABET, train, valid, test, sources)


def _source(name: str) -> str:
    """A module's text, from the standard library alone: a reader's own `copy.py` is not meant."""
    folder = sysconfig.get_path("stdlib")
    zipped = [entry for entry in sys.path if entry.endswith(".zip")]
    spec = PathFinder.find_spec(name, [folder, *zipped])
    reader = getattr(spec.loader, "get_source", None) if spec else None
    try:
        text = reader(name) if reader else None
    except (OSError, ImportError):
        text = None
    if not text:
        raise DataError(
            f"python_source: the source of {name!r} is not in {folder}: install Python with its "
            "standard library as .py files (python.org, conda and every Linux have it so)"
        )
    return text


def _tokens(text: str) -> Tensor:
    """Numbers in the alphabet, by one look-up for each byte."""
    table = np.full(128, ALPHABET.index(_REPLACEMENT), dtype=np.int64)
    table[[ord(c) for c in ALPHABET]] = np.arange(len(ALPHABET))
    plain = text.replace("\t", "    ").encode("ascii", errors="replace")
    return torch.from_numpy(table[np.frombuffer(plain, dtype=np.uint8)])
