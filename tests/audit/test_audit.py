"""The audit of the audit: it finds what is wrong when something is."""

import subprocess
import sys

import pytest

from autograder.authoring.audit import Variant, variants, verdict
from autograder.authoring.audit.verdict import LEAST_ALTERNATIVES, LEAST_MUTANTS, judge
from autograder.errors import CourseError
from autograder.paths import ROOT
from course_lib.course import syllabus

# One exercise, judged with planted variants.

EXERCISE = syllabus.load().exercise("dice.bits_per_dim")
RIGHT = "return nll / math.log(2) / n_dims\n"
WRONG = "return nll / n_dims\n"


def planted(body, wrong=True, expect="1.1"):
    return Variant(EXERCISE.name, "planted", wrong, expect, body=body)


def faults_of(*own):
    found = verdict._judge_exercise(EXERCISE, list(own))
    return found, [f for f in found.faults if "are needed" not in f]


def test_a_mutant_that_is_right_is_reported_as_surviving():
    found, faults = faults_of(planted(RIGHT))
    assert (found.mutants, found.killed) == (1, 0)
    assert faults == [f"{EXERCISE.name}: full points although “planted”"]


FLOAT32 = "return (nll.float() if isinstance(nll, Tensor) else nll) / n_dims / math.log(2)\n"


@pytest.mark.parametrize(
    ("variant", "said"),
    [
        (planted(WRONG, wrong=False), ": the right alternative “planted” fails “"),
        (planted(FLOAT32, wrong=False), "planted"),
        (planted(WRONG, expect="no such text"), "nothing that is shown says 'no such text'"),
        (planted(WRONG, expect=""), ""),
    ],
    ids=["a wrong alternative", "one that loses float64", "another message", "no message expected"],
)
def test_what_is_misjudged_is_reported(variant, said):
    found, faults = faults_of(variant)
    assert found.accepted == 0
    assert len(faults) == 1
    assert faults[0].startswith(EXERCISE.name)
    assert said in faults[0]


def test_a_mutant_that_never_ends_is_killed_and_named(monkeypatch):
    monkeypatch.setattr(verdict, "_SECONDS", 0.5)
    body = "while True:\n    pass\n"
    found, faults = faults_of(planted(body, expect="still running"))
    assert (found.killed_by_public, faults) == (1, [])


def test_a_mutant_with_a_syntax_error_is_told_by_name():
    with pytest.raises(CourseError, match=r"dice\.bits_per_dim \(planted\): .*line \d+"):
        verdict._judge_exercise(EXERCISE, [planted("return return\n")])


def test_an_exercise_needs_five_mutants_and_two_alternatives():
    assert (LEAST_MUTANTS, LEAST_ALTERNATIVES) == (5, 2)


@pytest.mark.parametrize("kind", ["mutants", "alternatives"])
def test_too_few_variants_are_a_fault_of_the_exercise(kind):
    own = [v for v in variants("dice") if v.exercise == EXERCISE.name]
    kept = [v for v in own if v.wrong != (kind == "mutants")]
    found = verdict._judge_exercise(EXERCISE, kept)
    least = LEAST_MUTANTS if kind == "mutants" else LEAST_ALTERNATIVES
    assert found.faults == [f"{EXERCISE.name}: 0 {kind}, at least {least} are needed"]


def test_empty_lists_are_faults_of_every_exercise(monkeypatch):
    monkeypatch.setattr(verdict, "variants", lambda module: [])
    monkeypatch.setattr(verdict, "_judge_reference_and_scaffold", lambda found: None)
    lecture = syllabus.load().lecture("coins")
    faults = judge(lecture).faults
    assert len([f for f in faults if "at least 5 are needed" in f]) == len(lecture.exercises)
    assert len([f for f in faults if "at least 2 are needed" in f]) == len(lecture.exercises)


def test_weak_public_checks_are_a_fault_of_the_lecture():
    lecture = syllabus.load().lecture("coins")
    one = verdict.ExerciseVerdict(
        lecture.exercises[0], mutants=99, killed=99, killed_by_public=97, hidden_only=["a", "b"]
    )
    found = verdict.LectureVerdict(lecture, [one], 0.0)
    assert found.faults == [
        "02_coins: public checks alone kill 97 of 99 mutants, fewer than 98%; not a; b"
    ]


def test_variants_of_an_exercise_that_is_not_in_the_syllabus_are_a_fault(monkeypatch):
    stray = Variant("coins.gone", "planted", True, "x", body="return 1\n")
    monkeypatch.setattr(verdict, "variants", lambda module: [stray])
    monkeypatch.setattr(verdict, "_judge_reference_and_scaffold", lambda found: None)
    faults = judge(syllabus.load().lecture("coins")).faults
    assert "coins.gone: has variants, but course.toml does not list it" in faults


def test_a_scaffold_that_earns_points_is_a_fault(monkeypatch):
    solution = verdict.solution_text("dice")
    monkeypatch.setattr(verdict, "scaffold_text", lambda text, module: solution)
    found = verdict.ExerciseVerdict(EXERCISE)
    verdict._judge_reference_and_scaffold(found)
    assert found.faults == [f"{EXERCISE.name}: the untouched scaffold gets 1 points (passed)"]


def test_a_reference_that_fails_its_own_checks_is_a_fault(monkeypatch):
    broken = verdict.module_from_source(planted(WRONG).source(), "dice")
    monkeypatch.setattr(verdict, "reference", lambda module: broken)
    found = verdict.ExerciseVerdict(EXERCISE)
    verdict._judge_reference_and_scaffold(found)
    assert found.faults
    assert found.faults[0].startswith(f"{EXERCISE.name}: the reference fails “")


@pytest.mark.parametrize(
    ("old", "count"), [("n_dims", 1), ("return", 1), ("no such text", 0), ("(", 2)]
)
def test_an_edit_that_does_not_match_just_once_is_told(old, count):
    variant = Variant(EXERCISE.name, "planted", True, "x", old=old, new="y")
    if count == 1:
        assert "y" in variant.source()
        return
    with pytest.raises(CourseError, match=f"stands {count} times in the solution, not once"):
        variant.source()


COMMAND = """
import sys
from autograder import app
from autograder.authoring.audit import verdict
sys.argv = ["autograder", "audit", "dice"]
lecture = app.syllabus.load().lecture("dice")
short = app.syllabus.Lecture(
    **{{**vars(lecture), "exercises": tuple(e for e in lecture.exercises if e.section == "1.1")}}
)
app._lectures = lambda keys: [short]
own = [v for v in verdict.variants("dice") if v.exercise == "dice.bits_per_dim"]
verdict.variants = lambda module: {kept}
app.main()
"""


@pytest.mark.parametrize(
    ("kept", "code", "said"),
    [
        ("own", 0, "1.1"),
        ("[]", 1, "0 mutants, at least 5 are needed"),
    ],
    ids=["as it is", "nothing"],
)
def test_the_command_exits_with_an_error_when_anything_is_misjudged(kept, code, said):
    done = subprocess.run(
        [sys.executable, "-c", COMMAND.format(kept=kept)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    if code:
        assert said in done.stdout
