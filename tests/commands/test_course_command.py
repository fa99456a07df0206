"""`course` itself: help, version, one-line errors, a quick start."""

from __future__ import annotations

import subprocess
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
    code = LAUNCH.format(arguments=arguments)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stdout.splitlines()[-1] == "heavy: []"


@pytest.mark.parametrize(
    ("command", "name", "said"),
    [
        ("check", "coins.log_prob", "did you mean '"),
        ("status", "2_coins", "did you mean '"),
        ("submit", "coin", "did you mean '"),
        # A name like no other is answered with the names there are.
        *((command, "zzz", "01_dice") for command in ("check", "status", "submit")),
    ],
)
def test_an_unknown_name_is_one_line_with_the_closest_one_or_all(student, command, name, said):
    ran = student.run(command, name)
    assert ran.code == 1
    assert ran.out == ""
    assert ran.err.count("\n") == 1
    assert ran.err.startswith("error: there is no ")
    assert repr(name) in ran.err
    assert said in ran.err


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
