"""Public checks of the practice exercise."""

import torch

from course_lib.checks import assert_close, check_for

# Two examples, so that a sum over both shows.
SCORES = torch.tensor([[1.0, 1.0, 2.0], [3.0, 2.0, 3.0]], dtype=torch.float64)


@check_for("warm_up.normalised", weight=2, hint="0.1a")
def rows_sum_to_one(warm_up):
    """Σᵢ pᵢ = 1 in every row."""
    p = warm_up.normalised(SCORES)
    assert_close(p.sum(1), torch.ones(2, dtype=p.dtype), what="Σᵢ pᵢ of the rows")


@check_for("warm_up.normalised", hint="0.1b")
def ratios_are_kept(warm_up):
    """Twice the score is twice the probability."""
    for unit in (10, 1e-8):
        p = warm_up.normalised(unit * SCORES.flip(0))
        assert_close(p[1, 2] / p[1, 0], 2.0, what=f"p₂ / p₀ for the scores 1, 1, 2 times {unit:g}")
