"""`course` itself: help, version, one-line errors, a quick start."""

from __future__ import annotations

import sys
from importlib.metadata import version

import pytest

LAUNCH = (
    "import sys; sys.argv = ['course', *{arguments!r}]\n"
    "from course_lib.commands.app import main\n"
    "try:\n    main()\nexcept SystemExit: pass\n"
    "heavy = {{'torch', 'numpy', 'matplotlib', 'sklearn', 'jaxtyping'}} & set(sys.modules)\n"
    "print('heavy:', sorted(heavy))\n"
)


def test_without_arguments_the_help_names_the_three_commands(student):
    ran = student.run()
    assert all(name in ran.out for name in ("check", "status", "submit"))
    # Too few arguments, by the shells' convention.
    assert ran.code == 2


def test_the_version_is_the_package_s(student):
    ran = student.run("--version")
    assert (ran.code, ran.out.strip()) == (0, f"course {version('course-lib')}")


@pytest.mark.parametrize("arguments", [["submit"], ["frobnicate"], ["check", "--wrong"]])
def test_wrong_usage_exits_with_2(student, arguments):
    assert student.run(*arguments).code == 2


@pytest.mark.parametrize(
    "arguments", [["--help"], ["status"], ["status", "coins"], ["submit", "1"]]
)
def test_commands_that_check_nothing_import_nothing_heavy(student, arguments):
    import subprocess

    code = LAUNCH.format(arguments=arguments)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stdout.splitlines()[-1] == "heavy: []"


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "coins.log_prob"],
        ["status", "2_coins"],
        ["submit", "coin"],
    ],
)
def test_an_unknown_name_is_one_line_with_the_closest_one(student, arguments):
    ran = student.run(*arguments)
    assert ran.code == 1
    assert ran.out == ""
    assert ran.err.count("\n") == 1
    assert ran.err.startswith("error: there is no ")
    assert repr(arguments[1]) in ran.err
    assert "did you mean '" in ran.err


@pytest.mark.parametrize("arguments", [["check", "zzz"], ["status", "zzz"], ["submit", "zzz"]])
def test_a_name_like_no_other_is_answered_with_the_names_there_are(student, arguments):
    ran = student.run(*arguments)
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert "01_dice" in ran.err


def test_a_terminal_without_the_signs_gets_question_marks_not_a_traceback(student):
    ran = student.shell("status", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert ran.code == 0
    assert "02_coins" in ran.out
    assert ran.err == ""


def test_every_line_fits_into_80_columns(student):
    student.keep("coins.mixture_log_prob", "coins.Coins.log_prob", state="failed", share=0.123)
    student.keep("dice.bits_per_dim")
    for arguments in (["status"], ["status", "coins"], ["status", "dice"], ["--help"]):
        lines = student.run(*arguments).out.splitlines()
        tables = [line for line in lines if "course check" not in line and "next:" not in line]
        assert max(len(line) for line in tables) <= 80
        assert not any("…" in line and "/" not in line for line in tables), "a cell was cut"
