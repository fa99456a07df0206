"""The release that a course folder, a zip or a package is: its version, and what it was made of.

`course_lib/release.json` is written by `autograder release`; a checkout has none. Its version is
the package's with a digest of the bundle's content behind it, so that a corrected bundle has
another one even where nobody thought of a new number.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from packaging.version import InvalidVersion, Version

from course_lib.course.errors import CommandError

__all__ = ["FILE", "Release", "find_folder", "of_package", "read"]

FILE = Path("course_lib", "release.json")


@dataclass(frozen=True)
class Release:
    """What `release.json` says.

    Attributes:
        version: such as "0.2.0-3f9a1c2e".
        cells: lecture's id → the ids of the cells that its released notebook has.
        before: the versions that this folder had before its updates.
    """

    version: str
    cells: dict[str, list[str]] = field(default_factory=dict)
    before: tuple[str, ...] = ()

    @property
    def number(self) -> Version:
        """The part of the version that is ordered; the digest is not."""
        return Version(self.version.partition("-")[0])

    def updated_from(self, old: Release) -> Release:
        """This release in a folder of another one, with the lectures that only that one has."""
        return Release(self.version, {**old.cells, **self.cells}, (*old.before, old.version))

    def text(self) -> str:
        """The file's text, the same for the same release."""
        return json.dumps(vars(self), indent=1, sort_keys=True) + "\n"


def read(folder: Path) -> Release | None:
    """The release of a course folder; None where it is none.

    Raises:
        CommandError: the file is damaged.
    """
    file = folder / FILE
    if not file.is_file():
        return None
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        found = Release(raw["version"], raw["cells"], tuple(raw["before"]))
        _ = found.number
    except (ValueError, KeyError, TypeError, AttributeError, InvalidVersion) as error:
        raise CommandError(
            f"{file} is damaged ({error}): put it back from the course's download"
        ) from error
    return found


def of_package() -> Release | None:
    """The release that this very package is a part of; None in a checkout."""
    return read(Path(__file__).resolve().parents[2])


def find_folder(start: Path) -> Path:
    """The course folder that `start` is in.

    Raises:
        CommandError: there is none.
    """
    for folder in (start, *start.parents):
        if (folder / "course.toml").is_file() and (folder / FILE).is_file():
            return folder
    raise CommandError(
        f"{start} is no course folder: `cd` to the folder that you work in, the one with "
        "course.toml and course_lib/ of an earlier download"
    )
