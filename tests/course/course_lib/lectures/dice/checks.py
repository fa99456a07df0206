"""Public checks of lecture 1, dice."""

import math

import torch

from course_lib.checks import assert_close, assert_dtype, check_for


@check_for("dice.bits_per_dim", weight=2, hint="1.1a")
def a_fair_coin_is_one_bit(dice):
    """Eight fair coins, 8 log 2 nats together, are one bit each."""
    assert_close(
        dice.bits_per_dim(8 * math.log(2), 8),
        1.0,
        what="bits a roll",
        suspects={
            "log 2 is missing: these are nats": math.log(2),
            "the number of rolls is missing": 8.0,
            "multiplied by log 2 instead of divided": math.log(2) ** 2,
        },
    )


@check_for("dice.bits_per_dim", hint="1.1b")
def every_entry_is_converted(dice):
    """A tensor keeps its shape and its dtype."""
    for dtype in (torch.float32, torch.float64):
        nll = torch.tensor([[1.0, 2.0], [30.0, -4.0]], dtype=dtype)
        bits = dice.bits_per_dim(nll, 3)
        assert_dtype(bits, dtype, what="the result")
        assert_close(bits, nll / 3 / math.log(2), what="bits a roll")
