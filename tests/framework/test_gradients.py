"""A way that is cut off from the graph is found by the slope of the values, and named."""

from __future__ import annotations

from types import ModuleType

import pytest

from course_lib.checks import Case, Made, PropertyBroken, normal
from course_lib.checks.direct import proxy_of
from course_lib.checks.gradients import assert_gradients
from course_lib.checks.proxy import Here

TEXT = """
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(2, 2).double()

    def forward(self, x):
        return FORWARD


def f(x, pair, net):
    return RESULT
"""
X, B, C = normal(1, 3, 2), normal(2, 2), normal(3, 2)
LOAD = {"inner__weight": normal(4, 2, 2), "inner__bias": normal(5, 2)}
CALL = Case(args=(X, (B, C), Made("Net", {}, LOAD)))
RIGHT = "(net(x) * pair[0]).sin().sum(1), (x * pair[1]).square().mean()"


def hold(result=RIGHT, forward="self.inner(x)", exercise="probe.f", case=CALL, **options):
    module = ModuleType("probe")
    exec(TEXT.replace("RESULT", result).replace("FORWARD", forward), module.__dict__)
    proxy = proxy_of(module)
    options.setdefault("by", ("x", "pair", "net"))
    assert_gradients(proxy, Here(proxy), exercise, case, **options)


def test_a_right_function_and_a_right_method_pass():
    hold()
    own = Case(args=(X,), load=LOAD)
    hold(exercise="probe.Net.forward", case=own, by=("x", "self"))


@pytest.mark.parametrize(
    ("wrong", "cause"),
    [
        ("[v.detach() for v in (RIGHT)]", "the whole result is"),
        (RIGHT.replace("pair[1]", "pair[1].detach()"), "`pair[1]` is"),
        (RIGHT.replace("net(x)", "net(x.data)"), "one of the ways from `x` to the result may be"),
        (
            RIGHT.replace("net(x)", "net(x).detach()"),
            "one of the ways from `x` to the result may be",
        ),
        (RIGHT.replace("x * pair", "torch.tensor(x.tolist()) * pair"), "one of the ways from `x`"),
    ],
)
def test_a_way_that_is_cut_off_is_named(wrong, cause):
    with pytest.raises(PropertyBroken) as broken:
        hold(wrong.replace("RIGHT", RIGHT))
    assert "along one direction of `" in str(broken.value)
    assert f"Likely cause: {cause}" in str(broken.value)


def test_a_parameter_that_is_cut_off_is_named_by_its_layer():
    cut = "nn.functional.linear(x, self.inner.weight.data, self.inner.bias)"
    with pytest.raises(
        PropertyBroken, match=r"cause: `net.inner.weight` is cut off from the graph"
    ):
        hold(forward=cut)
    own = Case(args=(X,), load=LOAD)
    with pytest.raises(PropertyBroken, match=r"cause: `inner.weight` is cut off from the graph"):
        hold(forward=cut, exercise="probe.Net.forward", case=own, by=("self",))


def test_an_argument_that_is_gone_is_named():
    with pytest.raises(PropertyBroken, match=r"`probe.f` has no argument `noise`: was it renamed"):
        hold(by=("noise",))


def test_what_does_not_change_the_values_needs_no_gradient():
    hold("(x > pair[0]).double(), net(x).detach().round()")


def test_weights_that_are_kept_from_the_first_call_are_named():
    kept = "self.__dict__.setdefault('kept', self.inner.weight * 1)"
    with pytest.raises(PropertyBroken, match=r"`net.inner.weight`(.|\n)*kept from an earlier call"):
        hold(forward=f"nn.functional.linear(x, {kept}, self.inner.bias)")


def test_the_slope_is_taken_in_evaluation_mode():
    with pytest.raises(PropertyBroken, match=r"the values of `probe.f` change by"):
        hold(forward="self.inner(x) if self.training else 0 * x")
