"""What an exercise builds on is lent for its check, and to a student who asks for it."""

from __future__ import annotations

from types import ModuleType

import pytest
import torch

from autograder.authoring.reference import module_from_source, solution_text
from course_lib import check
from course_lib.checks import lending
from course_lib.course import lent, reference_text
from course_lib.course.errors import CommandError

FIRST, SECOND = "coins.mixture_log_prob", "coins.Coins.log_prob"
# Right where the other function is: a mixture of one model is that model.
THROUGH_THE_OTHER = """
    logits = self.logits(x)
    lp = -F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(dim=1)
    return mixture_log_prob(lp[None])
"""


@pytest.fixture(autouse=True)
def _own_state(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_STATE_DIR", str(tmp_path / "state"))


def with_a_wrong_mixture(planted, second: str = THROUGH_THE_OTHER) -> ModuleType:
    module = planted(SECOND, second)
    exec("def mixture_log_prob(log_probs):\n    raise ZeroDivisionError\n", module.__dict__)
    return module


def test_an_error_in_another_exercise_does_not_count(planted):
    module = with_a_wrong_mixture(planted)
    before = module.mixture_log_prob
    report = check(SECOND, module)
    assert report.points == report.max_points
    assert report.notes == (f"checked with the reference in the place of `{FIRST}`",)
    assert module.mixture_log_prob is before


def test_a_wrong_exercise_stays_wrong_and_its_messages_are_its_own(planted):
    module = with_a_wrong_mixture(planted, THROUGH_THE_OTHER.replace("lp = -", "lp = "))
    report = check(SECOND, module)
    assert report.points < report.max_points
    assert not any("ZeroDivisionError" in r.message for r in report.results)


def test_what_is_not_written_itself_is_not_tried_twice(planted):
    module = with_a_wrong_mixture(planted, "raise NotImplementedError")
    report = check(SECOND, module)
    assert (report.state, report.notes) == ("missing", ())


def test_a_course_without_the_reference_says_whom_to_ask(planted, monkeypatch):
    monkeypatch.setattr(reference_text, "find", lambda module: None)
    report = check(SECOND, with_a_wrong_mixture(planted))
    assert report.points == 0
    assert report.notes == (
        f"this exercise builds on `{FIRST}`: mend that first, or ask your instructor. "
        "In official grading the reference stands in for it",
    )
    with pytest.raises(CommandError, match=r"no reference for coins\.py: ask your instructor"):
        lent.lend(FIRST)
    assert lent.names() == []


def test_what_is_lent_stands_in_the_module_until_it_is_returned(planted):
    module = planted(FIRST, "raise NotImplementedError")
    x = torch.zeros(2, 3)
    lent.lend(FIRST)
    lending.apply(module, "coins")
    assert torch.allclose(module.mixture_log_prob(x), torch.zeros(3))
    with lending.own(module, FIRST), pytest.raises(NotImplementedError):
        module.mixture_log_prob(x)
    assert torch.allclose(module.mixture_log_prob(x), torch.zeros(3))
    lent.take_back(FIRST)
    lending.apply(module, "coins")
    with pytest.raises(NotImplementedError):
        module.mixture_log_prob(x)
    with pytest.raises(CommandError, match="is not lent: lent is nothing"):
        lent.take_back(FIRST)


def test_a_method_is_lent_to_objects_that_are_there_already():
    source = solution_text("coins").replace("logits = self.logits(x)", "raise NotImplementedError")
    module = module_from_source(source, "coins")
    model, x = module.Coins(3), torch.zeros(2, 3)
    lent.lend(SECOND)
    lending.apply(module, "coins")
    assert model.log_prob(x).shape == (2,)
    assert model.log_prob(x).requires_grad


def test_nothing_is_lent_while_a_grader_runs(monkeypatch):
    lent.lend(FIRST)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert lent.names() == []
