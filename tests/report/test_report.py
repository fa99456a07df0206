"""The class report counts what grading has kept, and says no more than it knows."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from PIL import Image

from autograder.after.class_report.figure import alt_text, draw
from autograder.after.class_report.mistakes import Mistakes, known_mistakes, signature
from autograder.after.class_report.output import run_report
from autograder.after.class_report.results import class_report
from autograder.authoring.audit.variants import variants
from autograder.authoring.reference import module_from_source
from autograder.errors import CourseError
from autograder.grading.course import CourseFolder
from autograder.grading.fingerprint import fingerprints
from autograder.grading.journal import Journal, journal_file
from autograder.grading.records import Graded
from autograder.intake.ingest import code_digest
from autograder.sandbox.scoring import HIDDEN, official
from course_lib.checks import check
from course_lib.checks.report import Report, Result
from course_lib.course.syllabus import load
from tests.handing_in import MODULE, hand_in
from tests.processes import ran

LECTURE = load().lecture("02_coins")
NAMES = [e.name for e in LECTURE.exercises]
LOG_PROB = "coins.Coins.log_prob"


def entry(name: str):
    return load().exercise(name)


def passed(name: str) -> Report:
    e = entry(name)
    held = (Result("holds", True), Result("also", True))
    return Report(name, e.points, held, "passed", awarded=e.points)


def failed(name: str, points: float, *broken: str) -> Report:
    results = [Result("holds", True), *[Result(b, False, f"{b} is not so") for b in broken]]
    return Report(name, entry(name).points, tuple(results), "failed", awarded=points)


def missing(name: str) -> Report:
    told = Result("written", False, f"not implemented yet: `{name}`")
    return Report(name, entry(name).points, (told,), "missing", awarded=0.0)


def graded(folder: Path, students: dict[str, dict[str, Report]], grader: str = "") -> CourseFolder:
    """A class whose results stand in the journal; what is not named is passed."""
    course = CourseFolder.read(folder)
    journal = Journal(journal_file(course.root, LECTURE.id))
    stamps = fingerprints(LECTURE, course.engine_class, course.settings)
    for student, results in students.items():
        text = f"name = {student!r}\n".encode()
        hand_in(folder, student, {MODULE: text})
        journal.add(
            code_digest(text),
            {name: grader or stamps[name] for name in NAMES},
            [Graded(results.get(name) or passed(name), 0.1) for name in NAMES],
        )
    return course


def reported(course, known=lambda exercises: Mistakes({})):
    return class_report(course, LECTURE, known)


def test_every_student_is_in_one_count_of_every_exercise(folder):
    course = graded(folder, {
        "ada": {},
        "alan": {LOG_PROB: failed(LOG_PROB, 0.5, "the sum is one")},
        "grace": {LOG_PROB: failed(LOG_PROB, 0.0, "the sum is one", "gradients flow.")},
        "blaise": {name: missing(name) for name in NAMES},
    })  # fmt: skip
    report = reported(course)
    (found,) = [e for e in report.exercises if e.exercise.name == LOG_PROB]
    assert (found.passed, found.partly, found.wrong, found.unwritten) == (1, 1, 1, 1)
    assert found.mean == pytest.approx((entry(LOG_PROB).points + 0.5) / 4)
    assert found.broken == [("the sum is one", 2), ("gradients flow", 1)]
    for other in report.exercises:
        counts = other.passed + other.partly + other.wrong + other.unwritten
        assert counts == other.students == report.students == 4
    assert report.mean == pytest.approx(sum(e.mean for e in report.exercises))


def test_hidden_cases_are_one_property_and_stand_last_among_equals(folder):
    hidden = [f"{HIDDEN}: {n} of 10 cases" for n in (0, 7)]
    course = graded(folder, {
        "ada": {LOG_PROB: failed(LOG_PROB, 0.0, hidden[0], "the sum is one")},
        "alan": {LOG_PROB: failed(LOG_PROB, 0.5, hidden[1], "the sum is one")},
    })  # fmt: skip
    (found,) = [e for e in reported(course).exercises if e.exercise.name == LOG_PROB]
    assert found.broken == [("the sum is one", 2), (HIDDEN, 2)]


def test_code_that_could_not_be_run_is_counted_and_blames_no_property(folder):
    def unreadable(name):
        told = (Result("your code can be run", False, "line 3: invalid syntax"),)
        return Report(name, entry(name).points, told, "failed", awarded=0.0)

    report = reported(graded(folder, {"emmy": {n: unreadable(n) for n in NAMES}, "ada": {}}))
    assert report.unreadable == 1
    assert all(e.wrong == 1 and not e.failed and not e.unknown for e in report.exercises)


def test_what_is_not_graded_or_graded_by_other_checks_is_said(folder):
    graded(folder, {"ada": {}})
    course = graded(folder, {"old": {}}, grader="another")
    (folder / "submitted" / "new" / LECTURE.id).mkdir(parents=True)
    report = reported(course)
    assert (report.students, report.outdated, report.ungraded) == (2, 1, ["new"])


def test_nothing_graded_is_one_line(folder):
    with pytest.raises(CourseError, match="run `autograder grade 02_coins`"):
        reported(CourseFolder.read(folder))


def test_only_mutants_of_exercises_that_somebody_got_wrong_are_asked_for(folder):
    asked: list[list[str]] = []

    def known(exercises):
        asked.append(exercises)
        return Mistakes({})

    reported(graded(folder, {"ada": {}}), known)
    assert asked == []
    reported(graded(folder, {"alan": {LOG_PROB: failed(LOG_PROB, 0, "x")}}), known)
    assert asked == [[LOG_PROB]]


@pytest.fixture(scope="module")
def own_mistakes() -> Mistakes:
    return known_mistakes(LECTURE, [LOG_PROB])


def report_of(source: str) -> Report:
    public = check(LOG_PROB, module_from_source(source, "coins"), 5.0)
    return official(public, [Result("case", False)])


MUTANTS = [v for v in variants("coins") if v.wrong and v.exercise == LOG_PROB]


@pytest.mark.parametrize("variant", MUTANTS, ids=[v.reason for v in MUTANTS])
def test_a_mutants_own_report_is_recognised(own_mistakes, variant):
    assert variant.reason in own_mistakes.match(LOG_PROB, report_of(variant.source()))


def test_most_mutants_are_told_apart(own_mistakes):
    matches = [own_mistakes.match(LOG_PROB, report_of(v.source())) for v in MUTANTS]
    alone = sum(len(names) == 1 for names in matches)
    assert alone >= 0.7 * len(MUTANTS)


def test_another_mistake_is_none_that_is_known(own_mistakes):
    odd = failed(LOG_PROB, 0.0, "something that no mutant breaks")
    assert own_mistakes.match(LOG_PROB, odd) == []
    assert own_mistakes.match(LOG_PROB, passed(LOG_PROB)) == []


def test_a_number_that_differs_by_rounding_is_the_same():
    one = signature([Result("p", False, "is -1.23456, not 2.00000e-07 (line 12)")])
    other = signature([Result("p", False, "is -1.23461, not 2.00004e-07 (line 40)")])
    assert one == other
    assert signature([Result("p", False, "is -1.3, not 2e-07")]) != one


def test_known_mistakes_are_kept_until_something_changes(tmp_path, own_mistakes, monkeypatch):
    cache = tmp_path / "deep" / "mistakes.json"
    ran: list[str] = []
    assert known_mistakes(LECTURE, [LOG_PROB], cache, ran.append) == own_mistakes
    assert known_mistakes(LECTURE, [LOG_PROB], cache, ran.append) == own_mistakes
    assert ran == [LOG_PROB]
    kept = json.loads(cache.read_text(encoding="utf-8"))
    kept[LOG_PROB]["stamp"] = "of other checks"
    cache.write_text(json.dumps(kept), encoding="utf-8")
    known_mistakes(LECTURE, [LOG_PROB], cache, ran.append)
    cache.write_text("{damaged", encoding="utf-8")
    known_mistakes(LECTURE, [LOG_PROB], cache, ran.append)
    assert ran == [LOG_PROB] * 3


def test_the_command_prints_writes_and_names_nobody(folder):
    mutant = MUTANTS[0]
    graded(folder, {
        "ada": {},
        "alan-the-secret": {LOG_PROB: report_of(mutant.source())},
        "mallory": {LOG_PROB: failed(LOG_PROB, 0.0, "<script>alert(1)</script>\x1b[31m")},
    })  # fmt: skip
    (folder / "submitted" / "late-to-come" / LECTURE.id).mkdir(parents=True)
    said = ran(run_report, "coins", folder / "r.html", folder / "r.png").words
    assert mutant.reason in said
    assert "1 × none that is known" in said
    assert "Other code can behave so, too." in said
    page = (folder / "r.html").read_text(encoding="utf-8")
    assert mutant.reason in page
    assert "<script" not in page
    assert "\x1b" not in page + said
    assert "alan-the-secret" not in page + said
    assert "1 are not graded and not counted: late-to-come" in said
    assert "late-to-come" not in page
    (alt,) = re.findall(r'alt="([^"]+)"', page)
    assert "3 students" in alt
    with Image.open(folder / "r.png") as image:
        assert image.size[0] > 800


def test_the_figure_shows_every_count(folder):
    report = reported(graded(folder, {"ada": {}, "b": {n: missing(n) for n in NAMES}}))
    axes = draw(report).axes[0]
    texts = [t.get_text() for t in axes.texts]
    assert texts.count("1") == 2 * len(NAMES)
    assert [t.get_text().split()[0] for t in axes.get_yticklabels()] == [
        e.exercise.attribute for e in report.exercises
    ]
    assert "fewest (1)" in alt_text(report)
