"""`course check` looks at the student's own files and says what to do next."""

from __future__ import annotations

import json

import pytest

from course_lib.commands.check import named_exercises
from course_lib.course import syllabus

COURSE = syllabus.load()
COINS = [e.name for e in COURSE.lecture("coins").exercises]
ALL = [e.name for lecture in COURSE.lectures for e in lecture.exercises]


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        ([], ALL),
        (["02_coins"], COINS),
        (["2"], COINS),
        (["coins"], COINS),
        (["coins.Coins.log_prob"], ["coins.Coins.log_prob"]),
        (
            ["coins.Coins.log_prob", "coins"],
            ["coins.Coins.log_prob", "coins.mixture_log_prob"],
        ),
    ],
)
def test_names_stand_for_lectures_or_exercises_each_once(keys, names):
    assert [e.name for e in named_exercises(COURSE, keys)] == names


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("coins.Coins.logprob", "coins.Coins.log_prob"),
        ("coins.mixture_logprob", "coins.mixture_log_prob"),
        ("01_dices", "01_dice"),
        ("Coins", "coins"),
        ("mixture_log_prob", "coins.mixture_log_prob"),
    ],
)
def test_the_closest_of_lectures_and_exercises_is_suggested(typed, meant):
    with pytest.raises(syllabus.UnknownName, match=f"did you mean '{meant}'"):
        named_exercises(COURSE, [typed])


def test_nothing_is_checked_when_one_of_the_names_is_unknown(student):
    assert student.run("check", "coins", "coins.nothing").code == 1
    assert not (student.state / "progress.json").exists()


def test_right_code_passes_with_exit_code_0_and_is_kept(student):
    student.solve()
    ran = student.run("check", "coins")
    assert ran.code == 0
    assert "2 of 2 exercises pass: 3.5 of 5 points are sure" in ran.out
    assert "course submit 02_coins" in ran.out
    kept = json.loads((student.state / "progress.json").read_text("utf-8"))
    assert {name: entry["state"] for name, entry in kept.items()} == dict.fromkeys(COINS, "passed")


def test_the_scaffold_is_missing_and_exits_with_1(student):
    ran = student.run("check", "coins")
    assert ran.code == 1
    assert ran.out.count("not implemented yet") == 2
    assert "0 of 2 exercises pass: 0 of 5 points" in ran.out
    assert "next: write `mixture_log_prob` in course_lib/coins.py" in ran.out
    assert "╭" not in ran.out, "there is nothing to explain about what is not written"


def test_a_lecture_that_nobody_began_takes_one_line_among_others(student):
    student.solve()
    ran = student.run("check")
    assert ran.code == 1
    assert "01_dice · 1 exercise, not written yet" in ran.out
    # Only as what comes next.
    assert ran.out.count("dice.bits_per_dim") == 1
    assert "course check dice.bits_per_dim" in ran.out
    assert "2 of 3 exercises pass" in ran.out


def test_one_exercise_shows_its_properties_and_what_comes_next(student):
    student.solve()
    ran = student.run("check", "coins.mixture_log_prob")
    assert ran.code == 0
    assert "3 of 3 properties hold: 1.4 of 2 points are sure" in ran.out
    assert "hidden inputs can add" in ran.words.replace("│ │ ", "")
    assert "✓" in ran.out
    assert "checked: course_lib/coins.py" in ran.out
    assert "course check coins.Coins.log_prob" in ran.out


def test_of_many_the_first_wrong_one_is_explained_and_with_all_every_one(student):
    student.solve()
    student.edit("### BEGIN SOLUTION\n", "log_probs = log_probs + 1\n")
    student.edit("### BEGIN SOLUTION\n", "x = 1 - x\n")
    ran = student.run("check", "coins")
    assert ran.code == 1
    assert ran.out.count("╭") == 1
    assert "╭─ coins.mixture_log_prob" in ran.out
    assert "Read hint 2.1" in ran.out
    assert "1 more is wrong" in ran.out
    assert "next: mend `mixture_log_prob`" in ran.out
    for option in ("--all", "-v"):
        assert student.run("check", "coins", option).out.count("╭") == 2


def test_a_syntax_error_is_said_once_with_its_line(student):
    student.solve()
    student.edit("class Coins(", "clas Coins(")
    line = student.module.read_text("utf-8").splitlines().index("clas Coins(nn.Module):") + 1
    for arguments in (["coins"], ["coins.Coins.log_prob"], []):
        ran = student.run("check", *arguments)
        assert ran.code == 1
        assert ran.out.count(f"coins.py, line {line}: SyntaxError") == 1
        assert ran.err == ""
        assert "mend course_lib/coins.py" in ran.out


def test_a_deleted_module_is_named_with_what_to_do(student, monkeypatch):
    import course_lib

    student.module.unlink()
    monkeypatch.setattr(course_lib, "__path__", [str(student.folder / "course_lib")])
    ran = student.run("check", "coins")
    assert ran.code == 1
    assert "course_lib/coins.py is missing: put the file back" in ran.words


def test_a_damaged_progress_file_is_said_and_the_result_is_kept(student):
    student.state.mkdir()
    (student.state / "progress.json").write_text('{"coins": ')
    student.solve()
    ran = student.run("check", "coins.mixture_log_prob")
    assert ran.code == 0
    assert ran.out.count("is damaged: starting afresh") == 1
    assert list(json.loads((student.state / "progress.json").read_text("utf-8"))) == [
        "coins.mixture_log_prob"
    ]


def test_the_installed_command_checks_the_folder_it_is_run_in(student):
    student.solve()
    right = student.shell("check", "coins.mixture_log_prob")
    assert (right.code, right.err) == (0, "")
    student.module.write_text("print('hello')\nraise RuntimeError('broken on purpose')\n")
    wrong = student.shell("check", "coins.mixture_log_prob")
    assert wrong.code == 1
    assert "broken on purpose" in wrong.out
    assert "Traceback" not in wrong.out + wrong.err


def test_tables_of_results_fit_into_80_columns(student):
    student.solve()
    student.edit("### BEGIN SOLUTION\n", "log_probs = log_probs + 1\n")
    lines = student.run("check", "coins", "--all").out.splitlines()
    assert max(len(line) for line in lines if "course check" not in line) <= 80
