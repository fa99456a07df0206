"""New files in the place of old ones in a folder, all of them or none, whatever stops the machine.

They are made ready in a folder inside; one renaming decides that they are to be taken. What then
stops half-way is finished by the next `finish`.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

__all__ = ["commit", "copied_beside", "finish", "staging"]

_PART, _READY = ".updating.part", ".updating"
_STALE = "stale.json"
# What is made anew, or belongs to one place only.
_NOT_COPIED = (".venv", "__pycache__", _PART, _READY)


def staging(folder: Path) -> Path:
    """A new, empty folder in which the new files are put at their later places."""
    part = folder / _PART
    shutil.rmtree(part, ignore_errors=True)
    files = part / "files"
    files.mkdir(parents=True)
    return files


def copied_beside(folder: Path, name: str) -> Path:
    """A whole copy of the folder beside it, under this name or the next that is free."""
    target, count = folder.parent / name, 1
    while target.exists():
        count += 1
        target = folder.parent / f"{name}-{count}"
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(folder, part, symlinks=True, ignore=shutil.ignore_patterns(*_NOT_COPIED))
    part.rename(target)
    return target


def commit(folder: Path, stale: Iterable[str], last: str) -> None:
    """Take the files that were made ready.

    Args:
        folder: whose `staging` holds them.
        stale: paths in it of files that are removed.
        last: the file that is put in place after all others.
    """
    part = folder / _PART
    (part / _STALE).write_text(json.dumps([*stale, last]), encoding="utf-8")
    if hasattr(os, "sync"):
        os.sync()
    part.rename(folder / _READY)
    finish(folder)


def finish(folder: Path) -> bool:
    """Put in place what a `commit` that was stopped left; says whether there was anything."""
    ready = folder / _READY
    if not ready.is_dir():
        return False
    files = ready / "files"
    *stale, last = json.loads((ready / _STALE).read_text(encoding="utf-8"))
    for name in stale:
        (folder / name).unlink(missing_ok=True)
    found = sorted(path for path in files.rglob("*") if path.is_file())
    for path in sorted(found, key=lambda path: path == files / last):
        target = folder / path.relative_to(files)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)
    shutil.rmtree(ready)
    return True
