"""A right value in a neighbouring container costs one property, and one alone."""

from __future__ import annotations

from types import ModuleType

import pytest
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from course_lib.checks import PropertyBroken
from course_lib.checks.direct import proxy_of
from course_lib.checks.neighbours import as_promised

PAIR = tuple[Float[Tensor, ""], Bool[Tensor, " n"]]
ONES, HALVES = torch.tensor([1.0, 0.0]), torch.tensor([0.5, 1.0])
GIVEN = (3, [torch.ones(2, dtype=torch.float64)])


@pytest.mark.parametrize(
    ("returned", "promised", "taken"),
    [
        ([1, ONES], PAIR, (torch.tensor(1.0, dtype=torch.float64), ONES.bool())),
        ((ONES, HALVES), list[Float[Tensor, " n"]], [ONES, HALVES]),
        ([ONES, HALVES], tuple[Float[Tensor, "..."], ...], (ONES, HALVES)),
        (2, Int[Tensor, ""], torch.tensor(2)),
        (torch.tensor(2), int, 2),
        # What has another value, shape or number of parts stays what it is.
        (HALVES, Bool[Tensor, " n"], HALVES),
        (2.0, Float[Tensor, " n"], 2.0),
        ((ONES,), PAIR, (ONES,)),
        (None, PAIR, None),
    ],
)
def test_the_value_is_taken_as_promised(returned, promised, taken):
    found = as_promised(returned, promised, GIVEN)
    assert type(found) is type(taken)
    torch.testing.assert_close(found, taken)


TEXT = """
from jaxtyping import Float
from torch import Tensor

def pair(x: Float[Tensor, " n"]) -> tuple[Float[Tensor, " n"], Float[Tensor, ""]]:
    return [x, float(x.sum())]
"""


def test_only_the_first_call_is_broken():
    module = ModuleType("probe")
    exec(TEXT, module.__dict__)
    proxy = proxy_of(module)
    with pytest.raises(PropertyBroken, match=r"`probe.pair` returned list"):
        proxy.pair(HALVES)
    for _ in range(2):
        same, total = proxy.pair(HALVES)
        assert torch.equal(same, HALVES)
        assert torch.equal(total, HALVES.sum())
