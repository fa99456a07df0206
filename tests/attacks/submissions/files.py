"""Attacks by the files and folders that are handed in."""

from __future__ import annotations

import os
from pathlib import Path

from tests.attacks.making import hand_in
from tests.handing_in import MODULE, NOTEBOOK


def formula_as_name(course: Path) -> None:
    """Tries to put a formula and an escape into the table of grades, by the student's own name.

    Stopped by: the exported table's cells are neutralised.
    """
    hand_in(course, "=cmd|' -C calc'!A1")
    hand_in(course, "@SUM(1+1)")


def hard_linked_files(course: Path) -> None:
    """Tries to hand in second names of the gradebook, the secret and the reference.

    Stopped by: files with a second name are removed; the file itself keeps its first.
    """
    folder = hand_in(course, "hard-linked-files")
    (folder / MODULE).unlink()
    (folder / NOTEBOOK).unlink()
    os.link(course / "solutions" / "coins.py", folder / MODULE)
    os.link(course / ".course_secret", folder / NOTEBOOK)
    os.link(course / ".course_secret", folder / "problems.txt")


def linked_folder(course: Path) -> None:
    """Tries to hand in `course_lib` as a link to the folder of the reference.

    Stopped by: links are removed when a submission is taken in.
    """
    folder = hand_in(course, "linked-folder")
    (folder / MODULE).unlink()
    (folder / "course_lib").rmdir()
    (folder / "course_lib").symlink_to(course / "solutions")
    (folder / "answers").symlink_to("/")
    (folder / "dangling").symlink_to(course / "nowhere")


def linked_module(course: Path) -> None:
    """Tries to hand in a symbolic link to the reference in the place of the module.

    Stopped by: links are removed when a submission is taken in, and the engine opens no link.
    """
    file = hand_in(course, "linked-module") / MODULE
    file.unlink()
    file.symlink_to(course / "solutions" / "coins.py")


def own_checks(course: Path) -> None:
    """Tries to bring along its own checks, reference, settings and start-up files.

    Stopped by: of a submission one module is read; nothing of it is on the grader's path.
    """
    folder = hand_in(course, "own-checks")
    (folder / "course_lib" / "checks").mkdir()
    for name in (
        "course_lib/__init__.py",
        "course_lib/checks/__init__.py",
        "course_lib/torch.py",
        "solutions/coins.py",
        "sitecustomize.py",
        "conftest.py",
        "torch.py",
        "nbgrader_config.py",
        "evil.pth",
    ):
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("raise SystemExit\n", encoding="utf-8")


def special_files(course: Path) -> None:
    """Tries to make the grader wait for a pipe, or write where a file is expected.

    Stopped by: what is no regular file is removed, and is never opened without O_NONBLOCK.
    """
    folder = hand_in(course, "special-files")
    (folder / MODULE).unlink()
    os.mkfifo(folder / MODULE)
    os.mkfifo(folder / "homework.ipynb")
    (folder / "problems.txt").symlink_to(course / ".course_secret")
