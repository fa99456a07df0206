"""What an exercise builds on is lent while it is graded, and nothing else is given away by it."""

from __future__ import annotations

import textwrap

import pytest

from autograder.authoring.reference import solution_text
from tests.sandbox.conftest import FIRST, SECOND

BODY = {
    FIRST: "    return torch.logsumexp(log_probs, dim=0) - math.log(len(log_probs))\n",
    SECOND: "        logits = self.logits(x)\n"
    '        return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(dim=1)\n',
}
# Right where the other function is: a mixture of one model is that model.
THROUGH_THE_OTHER = BODY[SECOND].replace("return ", "lp = ") + (
    "        return mixture_log_prob(lp[None])\n"
)


def written(first: str, second: str, top: str = "") -> str:
    text = solution_text("coins")
    for name, body in ((FIRST, first), (SECOND, second)):
        assert text.count(BODY[name]) == 1
        text = text.replace(BODY[name], body)
    return text.replace("import math\n", f"import math\n{top}", 1)


@pytest.mark.parametrize(
    "first",
    [
        "    raise NotImplementedError\n",
        "    return log_probs.logsumexp(0)[:1].detach()\n",
        "    raise ZeroDivisionError\n",
    ],
)
def test_an_error_in_one_exercise_does_not_count_in_the_next(either, first):
    wrong, right = either(written(first, THROUGH_THE_OTHER))
    assert wrong.points < wrong.max_points
    assert right.points == right.max_points, right.results
    assert right.notes[0] == f"checked with the reference in the place of `{FIRST}`"


def test_what_is_lent_carries_gradients(either):
    """The check of log_prob looks at the gradient for b, which goes through the lent function."""
    cut = THROUGH_THE_OTHER.replace("lp[None]", "lp[None].detach()")
    _, report = either(written("    raise NotImplementedError\n", cut))
    assert 0 < report.points < report.max_points
    assert any("gradient" in r.name for r in report.results if not r.passed)


def test_a_wrong_exercise_stays_wrong(either):
    _, report = either(
        written("    raise NotImplementedError\n", THROUGH_THE_OTHER.replace("lp = -", "lp = "))
    )
    assert report.points < report.max_points
    assert "not implemented" not in "".join(r.message for r in report.results)


def test_an_exercise_that_is_not_written_gets_nothing(either):
    reports = either(
        written("    raise NotImplementedError\n", "        raise NotImplementedError\n")
    )
    assert [r.points for r in reports] == [0, 0]


KEEPS = """\
import sys
kept = sys.modules.setdefault("kept", type(sys)("kept"))
"""
ASKS_WHAT_WAS_KEPT = textwrap.dedent(
    """\
        if hasattr(kept, "lent"):
            return kept.lent(log_probs)
        raise ValueError("nothing was kept")
    """
)


@pytest.mark.parametrize("order", [(FIRST, SECOND), (SECOND, FIRST)])
def test_what_was_lent_cannot_be_kept_for_its_own_check(either, order):
    keeping = "        kept.lent = mixture_log_prob\n" + THROUGH_THE_OTHER
    first = textwrap.indent(ASKS_WHAT_WAS_KEPT, "    ")
    reports = {r.exercise: r for r in either(written(first, keeping, KEEPS), order)}
    assert reports[FIRST].points == 0
    assert "nothing was kept" in reports[FIRST].results[0].message
    assert reports[SECOND].points == reports[SECOND].max_points


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("mixture_log_prob(torch.zeros(1, 1).expand(3000, 4000000))", ""),
        ("mixture_log_prob(lambda: 3)", "cannot be given a function"),
        ("mixture_log_prob(Evil())", "cannot be given a coins.Evil"),
        ("mixture_log_prob(torch.zeros(0))", ""),
        ("mixture_log_prob('__import__')", ""),
    ],
)
def test_the_lender_survives_what_it_is_given(either, call, said):
    top = "class Evil(dict):\n    _fields = ()\n"
    body = THROUGH_THE_OTHER.replace("lp[None]", "lp[None] + 0 * " + call + ".sum()")
    _, report = either(written("    raise NotImplementedError\n", body, top))
    assert report.points < report.max_points
    _, right = either(written("    raise NotImplementedError\n", THROUGH_THE_OTHER))
    assert right.points == right.max_points


def test_the_reference_is_nowhere_in_the_process_that_borrows(either):
    """Neither the frames nor any object there has a constant or a name of the reference's own."""
    looks = (
        "        import gc, types\n"
        "        codes = [o for o in gc.get_objects() if isinstance(o, types.FunctionType)]\n"
        "        found = [c for c in codes if c.__name__ == 'mixture_log_prob' "
        "and 'logsumexp' in c.__code__.co_names]\n"
        "        if found or mixture_log_prob.__code__.co_names == ():\n"
        "            return x.sum(1) * 0 + 99\n" + THROUGH_THE_OTHER
    )
    _, report = either(written("    raise NotImplementedError\n", looks))
    assert report.points == report.max_points, report.results
