"""Pre-activations: `hidden_naive` and `hidden_cumulative`."""

import torch

from course_lib.checks import F64, assert_close, assert_linear, check_for, gradients_for, inputs
from course_lib.lectures.nade.checks.exact import AGAIN, parameters, pre_activations

# Three pixels, one hidden unit: W = (1, 10, 100), c = 0.5. Each digit of a_i names a pixel it saw.
_W3 = torch.tensor([[1.0, 10.0, 100.0]], dtype=F64)
_C1 = torch.tensor([0.5], dtype=F64)
_X3 = torch.tensor([[1.0, 1.0, 1.0], [0.0, 1.0, 1.0]], dtype=F64)
_A3 = torch.tensor([[0.5, 1.5, 11.5], [0.5, 0.5, 10.5]], dtype=F64)[..., None]
_A3_SUSPECTS = {
    "pixel i sees itself: the sum must stop before x_i": pre_activations(_W3, _C1, _X3, True),
    "c is missing": _A3 - 0.5,
    "c is added at every pixel instead of once": _A3 + 0.5 * torch.arange(3)[:, None],
    "the sum runs over the pixels after i": _C1
    + (_X3 @ _W3.T)[:, None]
    - pre_activations(_W3, 0, _X3, True),
    "pixel 0 gets 0 instead of c": _A3 * torch.tensor([0.0, 1.0, 1.0])[:, None],
}


@check_for("nade.hidden_naive", weight=2, hint="2.1b")
def naive_by_hand(nade):
    """Three pixels by hand: a = c + W[:, <i] x_<i."""
    a = nade.hidden_naive(_W3, _C1, _X3)
    assert_close(a, _A3, what="with W = (1, 10, 100), c = 0.5: a", suspects=_A3_SUSPECTS)


@check_for("nade.hidden_naive", weight=2, hint="2.1a")
def naive_gets_one_column_per_earlier_pixel(nade):
    """Setting pixel j adds column W[:, j] to every later a_i and nothing to the others."""
    W, c = (parameters(4, 3, seed=1)[k] for k in "Wc")
    x = torch.eye(4, dtype=F64)
    change = nade.hidden_naive(W, c, x) - nade.hidden_naive(W, c, torch.zeros_like(x))
    later = torch.arange(4)[None, :] > torch.arange(4)[:, None]  # (pixel set, i)
    expected = torch.where(later[..., None], W.T[:, None, :], 0.0)
    assert_close(
        change,
        expected,
        atol=1e-9,
        what="change of a (pixel set, i, hidden unit)",
        suspects={
            "pixel i sees itself": torch.where(
                (later | torch.eye(4, dtype=torch.bool))[..., None], W.T[:, None, :], 0.0
            ),
            "the columns are shifted by one": torch.where(
                later[..., None], W.T.roll(-1, 0)[:, None, :], 0.0
            ),
        },
    )


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
    a = nade.hidden_cumulative(_W3, _C1, _X3)
    assert_close(a, _A3, what="with W = (1, 10, 100), c = 0.5: a", suspects=_A3_SUSPECTS)


@check_for("nade.hidden_cumulative", weight=2, hint="2.2a")
def cumulative_equals_the_definition(nade):
    """a_i = c + W[:, <i] x_<i on random weights."""
    for case in inputs("nade.hidden_cumulative", seed=3):
        W, c, x = case.args
        assert_close(
            nade.hidden_cumulative(W, c, x),
            pre_activations(W, c, x),
            atol=1e-9,
            what="a",
            suspects={
                "the running sum is stored after x_i was added": pre_activations(W, c, x, True),
                "the running sum starts at 0 instead of c": pre_activations(W, 0 * c, x),
            },
        )


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
