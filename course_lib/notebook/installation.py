"""Install the course beside other packages, as in Colab, without changing any of them.

The folded cell of a notebook installs the course's own package without its dependencies and then
calls `complete()`. Nothing outside of the standard library is imported here until that is done.
"""

from __future__ import annotations

import importlib
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from course_lib.course import syllabus

if TYPE_CHECKING:
    from packaging.requirements import Requirement

__all__ = ["Unsuitable", "complete"]

_COURSE = "course-lib"
# Packages that are compiled for the machine's drivers, or against each other.
_GIVEN = ("torch", "numpy")
# The kernel that runs this, and the other end of its widgets, belong to the page around them.
_OF_THE_PAGE = ("ipykernel", "ipywidgets")


class Unsuitable(RuntimeError):
    """The course cannot be installed beside what is there; the message is one line."""

    def _render_traceback_(self) -> list[str]:
        """Return the line that IPython shows instead of a traceback."""
        return [f"The course cannot be installed here: {self}"]


def complete() -> None:
    """Install what the course still needs, and say so in one line; in a checkout do nothing.

    Raises:
        Unsuitable: Python, PyTorch or NumPy has a version that the course does not run with, or
            pip found no versions that go together with what is there.
    """
    if syllabus.in_checkout():
        return
    try:
        declared = list(_declared())
    except metadata.PackageNotFoundError:
        return
    _python_is_new_enough()
    wanted = [r for r in declared if not _is_met(r)]
    for requirement in wanted:
        if requirement.name in _GIVEN and _version(requirement.name):
            raise Unsuitable(
                f"{requirement.name} {_version(requirement.name)} is installed, and the course "
                f"needs {requirement.specifier}. It is left as it is: choose a newer runtime, or "
                "install the course in an environment of its own"
            )
    if not wanted:
        return
    replaced = [f"{r.name} {_version(r.name)}" for r in wanted if _version(r.name)]
    _install(wanted)
    importlib.invalidate_caches()
    added = ", ".join(f"{r.name} {_version(r.name)}" for r in wanted)
    kept = " and ".join(f"{name} {_version(name)}" for name in _GIVEN)
    print(f"installed: {added}; as they were: {kept}")
    if replaced:
        print(f"In place of {', '.join(replaced)}: restart the session, then run this cell again.")


def _declared() -> Iterator[Requirement]:
    """The requirements of the course's package, without its extras."""
    from packaging.requirements import Requirement

    for line in metadata.requires(_COURSE) or []:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement


def _python_is_new_enough() -> None:
    from packaging.specifiers import SpecifierSet

    about, here = metadata.metadata(_COURSE), platform.python_version()
    asked = about["Requires-Python"]
    if not SpecifierSet(asked).contains(here, prereleases=True):
        raise Unsuitable(f"this is Python {here}, and the course needs {asked}")


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _is_met(requirement: Requirement) -> bool:
    version = _version(requirement.name)
    if version is None:
        return False
    if requirement.name in _OF_THE_PAGE:
        return True
    return requirement.specifier.contains(version, prereleases=True)


def _install(wanted: list[Requirement]) -> None:
    """Let pip install these, with everything else held at the version that it has."""
    with tempfile.TemporaryDirectory(prefix="course-held-") as folder:
        held = Path(folder, "held.txt")
        held.write_text("".join(_held({r.name for r in wanted})), encoding="utf-8")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input"]
        command += ["--disable-pip-version-check", "--constraint", str(held)]
        done = subprocess.run([*command, *map(str, wanted)], capture_output=True, text=True)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")]
        said = (errors or done.stderr.splitlines() or ["pip said nothing"])[0]
        raise Unsuitable(f"pip could not install {', '.join(map(str, wanted))}: {said}")


def _held(free: set[str]) -> Iterator[str]:
    """One line for each installed package, other than those that are to be replaced."""
    from packaging.utils import canonicalize_name
    from packaging.version import InvalidVersion, Version

    seen: set[str] = {canonicalize_name(name) for name in free}
    for distribution in metadata.distributions():
        about = distribution.metadata
        # What is left of a package that was removed by hand has no name.
        name = canonicalize_name(about["Name"]) if about and "Name" in about else ""
        # Of two copies the first one on the path is the one that is imported.
        if not name or name in seen:
            continue
        seen.add(name)
        try:
            yield f"{name}=={Version(distribution.version)}\n"
        except (InvalidVersion, TypeError):
            # A system's own package, such as python-apt, which pip cannot name and does not touch.
            continue
