"""No attack by a module's code gains a point, reads a secret, or changes anybody else's grade.

And unusual but right modules lose no point through the sandbox.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.sandbox import worker
from autograder.sandbox.scoring import HIDDEN
from course_lib.course.syllabus import load
from tests.attacks import Attack, attacks, built, honest

ATTACKS, HONEST = attacks(), honest()
FULL = load().exercise("coins.mixture_log_prob").points


def files(course: Path) -> dict[str, bytes]:
    """What lies in the course folder, and what each file holds."""
    return {str(p.relative_to(course)): p.read_bytes() for p in course.rglob("*") if p.is_file()}


def zygotes_of_this_process() -> list[int]:
    return [w._process.pid for w in worker._shared.values() if w._process is not None]


def told(reports) -> str:
    """Everything that a student or an instructor may see of the reports."""
    return "".join(repr(r.results) + repr(r.notes) + r._repr_html_() + r.text for r in reports)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.name)
def test_no_point_is_gained_no_secret_read_and_nobody_else_harmed(
    attack, graded, course, honest_points
):
    honest_points()
    before, zygotes = files(course), zygotes_of_this_process()
    reports = graded(attack)
    assert [r.exercise for r in reports] == list(attack.exercises)
    for report in reports:
        hidden = [r for r in report.results if r.name.startswith(HIDDEN)]
        if report.exercise == attack.spares:
            assert report.points == report.max_points, [r.message for r in report.results]
        elif attack.gains == "public":
            assert hidden
            assert not hidden[0].passed
            assert report.points <= report.max_points * (1 - load().hidden_share)
        else:
            assert report.points == 0, [(r.name, r.passed) for r in report.results]
    said = [r.message for report in reports for r in report.results]
    assert any(re.search(attack.says, message) for message in said), said
    text = told(reports)
    assert "CANARY" not in text
    assert not any(c in text for c in "\x1b\x07\u202e\x00")
    assert "<script" not in "".join(r._repr_html_() for r in reports)
    assert all(len(r.message) < 5_000 for report in reports for r in report.results)
    assert files(course) == before
    # The lender's may have been started.
    assert set(zygotes) <= set(zygotes_of_this_process())
    assert not Path("/tmp/owned").exists()
    assert honest_points() == FULL


@pytest.mark.parametrize("module", HONEST, ids=lambda a: a.name)
def test_an_honest_module_loses_no_point(module, graded):
    assert module.about
    for report in graded(module, seconds_per_property=10.0, seconds_per_exercise=60.0):
        broken = [(r.name, r.message) for r in report.results if not r.passed]
        assert report.points == report.max_points, broken


def test_the_corpus_is_large_and_every_attack_says_what_it_tries_and_what_stops_it():
    assert len(ATTACKS) >= 80
    assert len(HONEST) >= 12
    for name, about in [(a.name, a.about) for a in ATTACKS] + [(b.name, b.about) for b in built()]:
        assert about.startswith("Tries to "), name
        assert "\n\nStopped by: " in about, name


def test_the_bases_get_what_they_should(graded):
    scaffold = Attack("none", "", "")
    assert [r.points for r in graded(scaffold)] == [0]
    assert [r.points for r in graded(replace(scaffold, base="solution"))] == [FULL]


def test_what_a_module_can_say_is_looked_through_for_canaries(graded):
    """The test above would notice: messages and notes do arrive."""
    say = (
        "import sys\n\n\ndef mixture_log_prob(log_probs):\n"
        "    print('CANARY-by-stderr', file=sys.stderr)\n    raise ValueError('CANARY-by-message')"
    )
    text = told(graded(Attack("says", "", say)))
    assert "CANARY-by-stderr" in text
    assert "CANARY-by-message" in text


def test_a_forged_count_of_a_right_result_is_worth_its_own_property_and_no_more(graded):
    """What remains: work is measured by the student's process (docs/threat_model.md)."""
    slow = (
        "def slow(self, x):\n"
        "    pairs = (self.logits(x)[:, :, None] + 0 * x[:, None, :]).mean(dim=2)\n"
        "    return (x * F.logsigmoid(pairs) + (1 - x) * F.logsigmoid(-pairs)).sum(dim=1)\n\n"
        "Coins.log_prob = slow\n"
    )
    forged = next(a for a in ATTACKS if a.name == "forged_operations").text
    forged = forged[: forged.index("def log_prob")]
    right = Attack("slow", "", slow, base="solution", exercises=("coins.Coins.log_prob",))
    (plainly,) = graded(right, seconds_per_property=10.0)
    (forger,) = graded(replace(right, text=slow + forged), seconds_per_property=10.0)
    failed = [r.name for r in plainly.results if not r.passed]
    assert failed == ["Four times the coins cost four times the work, not sixteen."]
    assert 0 < forger.points - plainly.points < forger.max_points / 4
