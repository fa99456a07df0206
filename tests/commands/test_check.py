"""`course check` looks at the student's own files and says what to do next."""

from __future__ import annotations

import json

import pytest

from course_lib.course import syllabus
from course_lib.course.names import exercises

COURSE = syllabus.load()
NADE = [e.name for e in COURSE.lecture("nade").exercises]
ALL = [e.name for lecture in COURSE.lectures for e in lecture.exercises]


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        ([], ALL),
        (["02_nade"], NADE),
        (["nade"], NADE),
        (["nade.NADE.log_prob"], ["nade.NADE.log_prob"]),
        (
            ["nade.NADE.sample", "nade"],
            ["nade.NADE.sample", *[n for n in NADE if "sample" not in n]],
        ),
    ],
)
def test_names_stand_for_lectures_or_exercises_each_once(keys, names):
    assert [e.name for e in exercises(COURSE, keys)] == names


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nade.NADE.logprob", "nade.NADE.log_prob"),
        ("nade.hiden_naive", "nade.hidden_naive"),
        ("01_chainrule", "01_chain_rule"),
        ("NADE", "nade"),
        ("made_masks", "nade.made_masks"),
    ],
)
def test_the_closest_of_lectures_and_exercises_is_suggested(typed, meant):
    with pytest.raises(syllabus.UnknownName, match=f"did you mean '{meant}'"):
        exercises(COURSE, [typed])


def test_nothing_is_checked_when_one_of_the_names_is_unknown(student):
    assert student.run("check", "nade", "nade.nothing").code == 1
    assert not (student.state / "progress.json").exists()


def test_right_code_passes_with_exit_code_0_and_is_kept(student):
    student.solve()
    ran = student.run("check", "nade")
    assert ran.code == 0
    assert "8 of 8 exercises pass · 23 of 23 points" in ran.out
    assert "course submit 02_nade" in ran.out
    kept = json.loads((student.state / "progress.json").read_text("utf-8"))
    assert {name: entry["state"] for name, entry in kept.items()} == dict.fromkeys(NADE, "passed")


def test_the_scaffold_is_missing_and_exits_with_1(student):
    ran = student.run("check", "nade")
    assert ran.code == 1
    assert ran.out.count("not implemented yet") == 8
    assert "0 of 8 exercises pass · 0 of 23 points" in ran.out
    assert "next: write `hidden_naive` in course_lib/nade.py" in ran.out
    assert "╭" not in ran.out, "there is nothing to explain about what is not written"


def test_a_lecture_that_nobody_began_takes_one_line_among_others(student):
    student.solve()
    ran = student.run("check")
    assert ran.code == 1
    assert "01_chain_rule · 9 exercises, none written yet" in ran.out
    assert "chain_rule.kl_divergence" not in ran.out
    assert "8 of 17 exercises pass" in ran.out


def test_one_exercise_shows_its_properties_and_what_comes_next(student):
    student.solve()
    ran = student.run("check", "nade.hidden_naive")
    assert ran.code == 0
    assert "nade.hidden_naive  2 / 2 points" in ran.out
    assert "✓" in ran.out
    assert "checked: course_lib/nade.py" in ran.out
    assert "course check nade.hidden_cumulative" in ran.out


def test_of_many_the_first_wrong_one_is_explained_and_with_all_every_one(student):
    student.solve()
    student.edit("### BEGIN SOLUTION\n", "c = c + 1\n")
    student.edit("### BEGIN SOLUTION\n", "c = c + 1\n")
    ran = student.run("check", "nade")
    assert ran.code == 1
    assert ran.out.count("╭") == 1
    assert "╭─ nade.hidden_naive" in ran.out
    assert "Read hint 2.1" in ran.out
    assert "1 more is wrong" in ran.out
    assert "next: mend `hidden_naive`" in ran.out
    for option in ("--all", "-v"):
        assert student.run("check", "nade", option).out.count("╭") == 8


def test_a_syntax_error_is_said_once_with_its_line(student):
    student.solve()
    student.edit("class NADE(", "clas NADE(")
    line = student.module.read_text("utf-8").splitlines().index("clas NADE(nn.Module):") + 1
    for arguments in (["nade"], ["nade.NADE.sample"], []):
        ran = student.run("check", *arguments)
        assert ran.code == 1
        assert ran.out.count(f"nade.py, line {line}: SyntaxError") == 1
        assert ran.err == ""
        assert "mend course_lib/nade.py" in ran.out


def test_a_deleted_module_is_named_with_what_to_do(student, monkeypatch):
    import course_lib

    student.module.unlink()
    monkeypatch.setattr(course_lib, "__path__", [str(student.folder / "course_lib")])
    ran = student.run("check", "nade")
    assert ran.code == 1
    assert "course_lib/nade.py is missing: put the file back" in ran.words


def test_a_damaged_progress_file_is_said_and_the_result_is_kept(student):
    student.state.mkdir()
    (student.state / "progress.json").write_text('{"nade": ')
    student.solve()
    ran = student.run("check", "nade.hidden_naive")
    assert ran.code == 0
    assert ran.out.count("is damaged: starting afresh") == 1
    assert list(json.loads((student.state / "progress.json").read_text("utf-8"))) == [
        "nade.hidden_naive"
    ]


def test_the_installed_command_checks_the_folder_it_is_run_in(student):
    student.solve()
    right = student.shell("check", "nade.hidden_naive")
    assert (right.code, right.err) == (0, "")
    student.module.write_text("print('hello')\nraise RuntimeError('broken on purpose')\n")
    wrong = student.shell("check", "nade.hidden_naive")
    assert wrong.code == 1
    assert "broken on purpose" in wrong.out
    assert "Traceback" not in wrong.out + wrong.err


def test_tables_of_results_fit_into_80_columns(student):
    student.solve()
    student.edit("### BEGIN SOLUTION\n", "c = c + 1\n")
    lines = student.run("check", "nade", "--all").out.splitlines()
    assert max(len(line) for line in lines if "course check" not in line) <= 80
