"""Public checks of the introduction's practice exercise."""

import torch

from course_lib.checks import assert_close, check_for

# Two examples, so that a sum over both shows.
SCORES = torch.tensor([[1.0, 1.0, 2.0], [3.0, 2.0, 3.0]], dtype=torch.float64)
OTHERS = SCORES.flip(0, 1), SCORES * 10.0 ** torch.tensor([-8, 0, 3])


@check_for("start_here.probabilities", weight=2, hint="0.1a")
def rows_sum_to_one(start_here):
    """Σᵢ pᵢ = 1 in every row."""
    wrong = {
        "the sum runs over the whole batch, not over each row": (SCORES / SCORES.sum()).sum(1),
        "the sum runs down the columns, not along the rows": (SCORES / SCORES.sum(0)).sum(1),
        "each row is divided by its largest score, not by its sum": (
            SCORES / SCORES.amax(1, keepdim=True)
        ).sum(1),
        "these are the scores, not divided by anything": SCORES.sum(1),
        "these are logarithms of the probabilities": (SCORES / SCORES.sum(1, keepdim=True))
        .log()
        .sum(1),
    }
    p = start_here.probabilities(SCORES)
    assert_close(p.sum(1), torch.ones(2, dtype=p.dtype), what="Σᵢ pᵢ of the rows", suspects=wrong)
    for scores in OTHERS:
        total = start_here.probabilities(scores).sum(1)
        assert_close(total, torch.ones(2, dtype=p.dtype), what="Σᵢ pᵢ of the rows of other scores")


@check_for("start_here.probabilities", hint="0.1b")
def ratios_are_kept(start_here):
    """Twice the score is twice the probability."""
    p = start_here.probabilities(SCORES)
    assert_close(
        p[0, 2] / p[0, 0],
        2.0,
        what="p₂ / p₀ for the scores 1, 1, 2",
        suspects={
            "this is softmax, which takes the scores as exponents": torch.tensor(1.0).exp(),
            "the scores are squared": 4.0,
            "every score gets the same probability": 1.0,
        },
    )
    for scores in OTHERS:
        p = start_here.probabilities(scores)
        found = p / p.sum(1, keepdim=True) * scores.sum(1, keepdim=True)
        assert_close(found, scores, atol=1e-15, what="p / Σ p · Σ scores (row, place)")
