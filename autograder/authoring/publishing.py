"""`autograder publish`: the public address of the course, written to every place that has it."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from autograder.authoring.notebooks import with_address
from autograder.authoring.readme_table import lecture_table, with_table
from autograder.errors import CourseError
from autograder.paths import COURSE, ROOT, notebook_ipynb
from course_lib.course import atomic
from course_lib.course.syllabus import load

__all__ = ["changed_files", "publish", "repository_of", "syllabus_text", "tag_of"]

_REPOSITORY = re.compile(r"(https://github\.com/[A-Za-z0-9][A-Za-z0-9-]*/[\w.-]*\w)/?", re.ASCII)
_TAG = re.compile(r"[A-Za-z0-9](?:[\w.-]*\w)?", re.ASCII)
_ADDRESS_LINE = re.compile(r"(?m)^(?:repository|tag) = .*\n")


def publish(repository: str, tag: str = "") -> list[Path]:
    """Write the address into `course.toml`, the README, the badges and the cells that install.

    Args:
        repository: https://github.com/OWNER/NAME.
        tag: the released version that notebooks install and badges open; by default "v" and the
            version of `pyproject.toml`.

    Returns:
        The files that changed. Either all of them were written or none.

    Raises:
        CourseError: the address or the tag is malformed, a notebook has not been built, or a file
            could not be written.
    """
    texts = changed_files(repository_of(repository), tag_of(tag or f"v{_version()}"))
    _write_all(texts)
    return list(texts)


def repository_of(url: str) -> str:
    """The address without `.git` and a slash at its end.

    Raises:
        CourseError: it is not the address of a repository on GitHub.
    """
    match = _REPOSITORY.fullmatch(url.strip())
    name = match[1].removesuffix(".git") if match else ""
    if not name or name.endswith("/"):
        raise CourseError(f"--repository is {url!r}; expected https://github.com/OWNER/NAME")
    return name


def tag_of(name: str) -> str:
    """The tag, if git would take it.

    Raises:
        CourseError: it has other characters than letters, digits, ".", "-" and "_".
    """
    if not _TAG.fullmatch(name) or ".." in name or name.endswith(".lock"):
        raise CourseError(f"--tag is {name!r}; expected the name of a tag, such as v0.2.0")
    return name


def changed_files(repository: str, tag: str) -> dict[Path, str]:
    """The new text of each file that another address changes; nothing is written."""
    course = dataclasses.replace(load(), repository=repository, tag=tag)
    syllabus, readme = COURSE / "course.toml", COURSE / "README.md"
    texts = {syllabus: syllabus_text(syllabus.read_text(encoding="utf-8"), repository, tag)}
    if readme.is_file():
        texts[readme] = with_table(readme.read_text(encoding="utf-8"), lecture_table(course))
    for lecture in course.notebooks:
        texts[notebook_ipynb(lecture)] = with_address(lecture, course)
    return {f: text for f, text in texts.items() if f.read_text(encoding="utf-8") != text}


def syllabus_text(text: str, repository: str, tag: str) -> str:
    """The text of a `course.toml` with this address in its table `[course]`.

    Args:
        text: with or without an address.
        repository: the address; "" takes the one that is there away.
        tag: the tag that belongs to it.

    Raises:
        CourseError: the text has no table `[course]`.
    """
    before, heading, rest = text.partition("[course]\n")
    if not heading:
        raise CourseError("course.toml has no table [course]")
    table, bracket, after = rest.partition("\n[")
    table = _ADDRESS_LINE.sub("", f"{table}\n")
    if repository:
        lines = f'repository = "{repository}"\ntag = "{tag}"\n'
        table = table.rstrip("\n") + f"\n{lines}" + table[len(table.rstrip("\n")) + 1 :]
    return f"{before}{heading}{table[:-1]}{bracket}{after}"


def _version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def _write_all(texts: Mapping[Path, str]) -> None:
    """Write all files; if one cannot be written, the others get their old content back."""
    old = {file: file.read_bytes() for file in texts}
    written: list[Path] = []
    try:
        for file, text in texts.items():
            atomic.write(file, text.encode())
            written.append(file)
    except OSError as error:
        for file in written:
            atomic.write(file, old[file])
        raise CourseError(f"nothing was published: {error}") from error
