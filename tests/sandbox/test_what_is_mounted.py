"""What the sandbox shows, what the secret is, and that nothing is graded without either."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from autograder.authoring.reference import solution_text
from autograder.errors import CourseError
from autograder.intake.submission import Submission
from autograder.paths import COURSE, ROOT
from autograder.sandbox import bubblewrap, seccomp
from autograder.sandbox.course_secret import course_secret, hidden_seed
from autograder.sandbox.engine import SandboxedEngine
from autograder.sandbox.engine_interface import EngineError

EXERCISE = "coins.mixture_log_prob"


def sources(line):
    """The paths outside of what is bound inside."""
    return [Path(line[n + 1]) for n, word in enumerate(line) if word.startswith("--ro-bind")]


def test_no_mount_shows_the_graders_files():
    shown = sources(bubblewrap.command("bwrap"))
    for secret in (
        "solutions",
        "autograder/lectures",
        "autograder/authoring/cases.py",
        "gradebook.db",
        "submitted",
        "course_lib/lectures/coins/checks",
        "course_lib/checks/asserts.py",
        "course_lib/coins.py",
    ):
        for root in (ROOT, COURSE):
            assert not any((root / secret).is_relative_to(path) for path in shown), secret


def test_of_the_grader_only_the_sandboxs_own_files_are_shown():
    own = {p.name for p in sources(bubblewrap.command("bwrap")) if p.parent.name == "sandbox"}
    assert own == {
        "values.py",
        "frames.py",
        "stream.py",
        "seccomp.py",
        "jail.py",
        "lent_calls.py",
        "child.py",
        "start.py",
        "zygote.py",
    }


def test_of_the_checks_only_what_the_child_imports_is_shown():
    shown = sources(bubblewrap.command("bwrap"))
    checks = {p.name for p in shown if p.parent == ROOT / "course_lib" / "checks"}
    names = ("errors", "holder", "operations", "references", "surroundings")
    assert checks == {f"{name}.py" for name in names}


def test_a_course_folder_below_a_mounted_one_is_hidden(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    course = tmp_path / "share" / "course"
    course.mkdir(parents=True)
    (tmp_path / "secret").touch()
    line = bubblewrap.command("bwrap", [course, tmp_path / "secret", tmp_path / "missing"])
    assert [line[n + 1] for n, word in enumerate(line) if word == "--tmpfs"][-1] == str(course)
    assert str(tmp_path / "secret") in line
    assert str(tmp_path / "missing") not in line


def test_of_a_course_folder_with_the_environment_in_it_everything_else_is_hidden(
    tmp_path, monkeypatch
):
    prefix = tmp_path / "env"
    course = prefix / "course"
    (course / ".venv").mkdir(parents=True)
    for name in ("submitted", "solutions"):
        (course / name).mkdir()
    (course / "gradebook.db").touch()
    monkeypatch.setattr(bubblewrap, "_python_folders", lambda: [prefix, course / ".venv"])
    line = bubblewrap.command("bwrap", [course])
    for name in ("submitted", "solutions", "gradebook.db"):
        assert str(course / name) in line
    assert str(course / ".venv") not in line[line.index("--ro-bind-try") :]


def test_an_exchange_below_usr_is_hidden(tmp_path, monkeypatch):
    monkeypatch.setattr(bubblewrap, "_SYSTEM", (str(tmp_path),))
    (tmp_path / "nbgrader").mkdir()
    monkeypatch.setattr(bubblewrap, "_EXCHANGES", (tmp_path / "nbgrader",))
    line = bubblewrap.command("bwrap")
    assert line[line.index(str(tmp_path / "nbgrader")) - 1] == "--tmpfs"


def test_the_command_takes_everything_away():
    line = bubblewrap.command("bwrap")
    for option in ("--unshare-all", "--unshare-user", "--die-with-parent", "--new-session",
                   "--clearenv", "--remount-ro"):  # fmt: skip
        assert option in line
    assert line[line.index("--cap-drop") + 1] == "ALL"
    assert "--share-net" not in line
    assert not [word for word in line if word in ("--bind", "--dev")]


def test_without_bubblewrap_no_grade_is_given(tmp_path, monkeypatch, secret_file):
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    monkeypatch.setattr("autograder.sandbox.worker._shared", {})
    (tmp_path / "course_lib").mkdir()
    (tmp_path / "course_lib" / "coins.py").write_text(solution_text("coins"))
    engine = SandboxedEngine(secret_file=str(secret_file))
    with pytest.raises(EngineError, match="apt-get install bubblewrap"):
        list(engine.grade(Submission(tmp_path, "02_coins"), [EXERCISE]))


def test_the_filter_knows_both_machines_and_no_others():
    for machine in ("x86_64", "aarch64"):
        assert len(seccomp.program(machine)) % 8 == 0
    with pytest.raises(OSError, match="riscv64"):
        seccomp.program("riscv64")


def test_the_secret_is_made_once_and_is_the_instructors_alone(tmp_path):
    file = tmp_path / "secret"
    first = course_secret(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert course_secret(file) == first
    assert len(first) == 32
    assert course_secret(tmp_path / "other") != first


def test_a_secret_that_others_can_read_or_that_is_damaged_is_refused(tmp_path):
    file = tmp_path / "secret"
    course_secret(file)
    file.chmod(0o644)
    with pytest.raises(CourseError, match="chmod 600"):
        course_secret(file)
    file.chmod(0o600)
    file.write_text("abc")
    with pytest.raises(CourseError, match="64 hexadecimal"):
        course_secret(file)
    link = tmp_path / "link"
    link.symlink_to(file)
    with pytest.raises(CourseError):
        course_secret(link)


def test_hidden_inputs_belong_to_the_secret_the_submission_and_the_exercise():
    seeds = {
        hidden_seed(secret, source, exercise)
        for secret in (b"a", b"b")
        for source in (b"x", b"y")
        for exercise in ("coins.one", "coins.two")
    }
    assert len(seeds) == 8
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert hidden_seed(b"a", b"x", "e") == hidden_seed(b"a", b"x", "e")


def handed_in(folder, make):
    (folder / "course_lib").mkdir()
    file = folder / "course_lib" / "coins.py"
    make(file)
    engine = SandboxedEngine(secret_file=str(folder / "secret"))
    (report,) = engine.grade(Submission(folder, "02_coins"), [EXERCISE])
    assert report.points == 0
    return report.results[0].message


def test_what_is_no_file_of_its_own_is_refused_unread(tmp_path):
    target = tmp_path / "target.py"
    target.write_text(solution_text("coins"))
    for number, (make, told) in enumerate(
        (
            (lambda file: None, "missing"),
            (lambda file: file.symlink_to(target), "is a link"),
            (lambda file: os.link(target, file), "is a hard link"),
            (os.mkfifo, "is a device, a pipe or a socket"),
            (lambda file: file.mkdir(), "is a folder"),
            (lambda file: file.write_bytes(b"#" * 2_000_000), "2,000,000 bytes"),
        )
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert told in handed_in(folder, make)
