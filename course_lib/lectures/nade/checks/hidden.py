"""Pre-activations: `hidden_naive` and `hidden_cumulative`."""

import torch

from course_lib.checks import (
    F64,
    assert_close,
    assert_follows,
    assert_linear,
    check_for,
    gradients_for,
    inputs,
    numbers,
)
from course_lib.lectures.nade.checks.exact import AGAIN, parameters, pre_activations

# Three pixels, one hidden unit: W = (1, 10, 100), c = 0.5. Each digit of a_i names a pixel it saw.
_W3, _C1 = numbers([1, 10, 100]), numbers(0.5)
_X3 = numbers([1, 1, 1], [0, 1, 1])
_A3 = numbers([0.5, 1.5, 11.5], [0.5, 0.5, 10.5])[..., None]
_A3_SUSPECTS = {
    "pixel i sees itself: the sum must stop before x_i": pre_activations(_W3, _C1, _X3, True),
    "c is missing": _A3 - 0.5,
    "c is added at every pixel instead of once": _A3 + 0.5 * torch.arange(3)[:, None],
    "the sum runs over the pixels after i": pre_activations(_W3.flip(1), _C1, _X3.flip(1)).flip(1),
    "pixel 0 gets 0 instead of c": _A3 * numbers([0], [1], [1]),
}


def _by_hand(hidden):
    a = hidden(_W3, _C1, _X3)
    assert_close(a, _A3, what="with W = (1, 10, 100), c = 0.5: a", suspects=_A3_SUSPECTS)


@check_for("nade.hidden_naive", weight=2, hint="2.1b")
def naive_by_hand(nade):
    """Three pixels by hand: a = c + W[:, <i] x_<i."""
    _by_hand(nade.hidden_naive)


@check_for("nade.hidden_naive", weight=2, hint="2.1a")
def naive_gets_one_column_per_earlier_pixel(nade):
    """Setting pixel j adds column W[:, j] to every later a_i and nothing to the others."""
    W, c = (parameters(4, 3, seed=1)[k] for k in "Wc")
    x = torch.eye(4, dtype=F64)
    change = nade.hidden_naive(W, c, x) - nade.hidden_naive(W, c, torch.zeros_like(x))
    later = torch.ones(4, 4).triu(1)[..., None]  # (pixel set, i, 1)
    columns = W.T[:, None]
    suspects = {
        "pixel i sees itself": torch.ones(4, 4).triu()[..., None] * columns,
        "the columns are shifted by one": later * columns.roll(-1, 0),
    }
    what = "change of a (pixel set, i, hidden unit)"
    assert_close(change, later * columns, atol=1e-9, what=what, suspects=suspects)


def _starts_at_c(hidden):
    for dtype in (torch.float32, F64):
        for case in inputs("nade.hidden_naive", seed=2, dtype=dtype):
            W, c, x = case.args
            expected, what = c.expand(len(x), -1), f"a_0 for D = {x.shape[1]}"
            assert_close(hidden(W, c, x)[:, 0], expected, dtype=dtype, what=what)


@check_for("nade.hidden_naive", hint="2.1a")
def naive_starts_at_c_and_keeps_the_dtype(nade):
    """a_0 = c for every example, also for D = 1, in float32 and float64."""
    _starts_at_c(nade.hidden_naive)


@check_for("nade.hidden_cumulative", weight=2, hint="2.2b")
def cumulative_by_hand(nade):
    """Three pixels by hand: each a_i from the one before."""
    _by_hand(nade.hidden_cumulative)


def _cumulative_suspects(W, c, x):
    return {
        "the running sum is stored after x_i was added": pre_activations(W, c, x, True),
        "the running sum starts at 0 instead of c": pre_activations(W, 0 * c, x),
    }


@check_for("nade.hidden_cumulative", weight=2, hint="2.2a")
def cumulative_equals_the_definition(nade):
    """a_i = c + W[:, <i] x_<i on random weights."""
    exercise, suspects = "nade.hidden_cumulative", _cumulative_suspects
    assert_follows(exercise, nade, pre_activations, what="a", suspects=suspects, seed=3)


@check_for("nade.hidden_cumulative", weight=2, hint="2.2c")
def cumulative_work_is_linear(nade, here):
    """Four times the pixels cost four times the work, not sixteen."""

    def work(n_dims):
        values = parameters(n_dims, 32, seed=0)
        x = torch.ones(2, n_dims, dtype=F64)
        count, a = here.counted(nade.hidden_cumulative, values["W"], values["c"], x)
        expected = pre_activations(values["W"], values["c"], x)
        assert_close(a, expected, atol=1e-9, what=f"a for D = {n_dims}")
        return count

    assert_linear(work, "nade.hidden_cumulative", "D", AGAIN)


@check_for("nade.hidden_cumulative", hint="2.2a")
def cumulative_keeps_the_dtype(nade):
    """a_0 = c for every example, also for D = 1, in float32 and float64."""
    _starts_at_c(nade.hidden_cumulative)


gradients_for("nade.hidden_naive", "W", "c")
gradients_for("nade.hidden_cumulative", "W", "c")
