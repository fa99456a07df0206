"""Whether autograd's gradient of a function is the slope of the function's own values.

Training goes on in silence, and worse, where a result or one way to it is cut off from the graph.
The values do not show that. Their slope, measured by central differences, does: autograd has to say
the same. Whether the values are right is for the other properties to say.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import torch

from course_lib.checks.digits import apart
from course_lib.checks.errors import PropertyBroken
from course_lib.checks.holder import weighted_sum
from course_lib.checks.random_inputs import Case, inputs, normal
from course_lib.checks.registry import check_for

__all__ = ["Point", "assert_gradients", "gradients_for", "weighted_sum"]

_SEED = 271_828
# The step of the central differences: its square, times a third derivative, is what they are off.
_STEP = 1e-5
_TOLERANCE = 1e-6
# A gradient that is off by less comes of float32, and not of a way that is cut off.
_ROUNDED = 1e-2
_CUTS = ".detach(), .data, .item(), torch.no_grad() or a new tensor made of its numbers"


def gradients_for(
    exercise: str,
    *by: str,
    cases: tuple[int, ...] = (0,),
    hint: str = "",
) -> None:
    """Register the property that an exercise's gradients are the slopes of its values.

    Args:
        exercise: name as in `course.toml`.
        by: arguments that a gradient has to reach: a tensor, a container of tensors or a network;
            "self" means the parameters of a method's own object.
        cases: which of the exercise's random inputs are taken, counted from 0.
        hint: number of the hint to read when the property fails.
    """

    def property_(module: Any, here: Any) -> None:
        made = inputs(exercise, _SEED)
        for number in cases:
            assert_gradients(module, here, exercise, made[number], by)

    shown = ["the parameters" if name == "self" else name for name in by]
    property_.__doc__ = (
        f"The gradient by {' and '.join(shown)}, as autograd gives it, is the slope of the values."
    )
    check_for(exercise, hint=hint, of_values=False)(property_)


def assert_gradients(
    module: Any,
    here: Any,
    exercise: str,
    case: Case,
    by: tuple[str, ...],
) -> None:
    """autograd's gradient of one call is the slope of its values along a random direction.

    Args:
        module, here: proxies of the student's code.
        exercise: name as in `course.toml`.
        case: the call.
        by: as in `gradients_for`.

    Raises:
        PropertyBroken: naming the argument or the parameter whose way to the result is cut off.
    """
    function, args, own = case.bound(module, here, exercise.partition(".")[2])
    call = _Call(here, function, args, case.kwargs, own)
    found = here.gradients(function, *args, **case.kwargs)
    points = {key: Point.of(key) for key in found}
    call.evaluate(points.values())
    for name in by:
        if not any(point.argument == name for point in points.values()):
            raise PropertyBroken(f"`{exercise}` has no argument `{name}`: was it renamed?")
    directions = {
        key: normal(number, *found[key].shape)
        for number, (key, point) in enumerate(points.items())
        if point.argument in by
    }
    along = {key: float((found[key].double() * d).sum()) for key, d in directions.items()}
    # All at once, which is two calls; one by one only to name what is cut off.
    if _agree(call.slope(directions), sum(along.values())):
        return
    slopes = {key: call.slope({key: d}) for key, d in directions.items()}
    for key, slope in slopes.items():
        if not _agree(slope, along[key]):
            raise PropertyBroken(_cut_off(exercise, points[key].shown, slope, along[key], along))


def _agree(slope: float, autograd: float) -> bool:
    return abs(slope - autograd) <= _TOLERANCE * max(1.0, abs(slope))


def _cut_off(
    exercise: str, name: str, slope: float, autograd: float, all_along: dict[str, float]
) -> str:
    """What is said of a point at which the slope of the values is not autograd's."""
    if not any(all_along.values()):
        what = "the whole result is"
    elif autograd == 0:
        what = f"`{name}` is"
    else:
        what = f"one of the ways from `{name}` to the result may be"
    cause = f"{what} cut off from the graph, by {_CUTS}"
    if slope == 0:
        cause = "a value is kept from an earlier call, or a copy of the weights"
    elif abs(slope - autograd) <= _ROUNDED * max(1.0, abs(slope)):
        cause = "numbers are rounded on the way, by .float() or in a new tensor without dtype="
    found, expected = apart(slope, autograd)
    line = (
        f"along one direction of `{name}` the values of `{exercise}` change by {found} a unit, "
        f"and by autograd's gradient they would change by {expected}"
    )
    # NaN and ∞ come of the values.
    return f"{line}\nLikely cause: {cause}" if math.isfinite(slope + autograd) else line


class Point(NamedTuple):
    """What a gradient was taken by: "2:net.0.weight" is `0.weight` of the network in argument 2."""

    place: str
    argument: str
    inside: tuple[int, ...]
    parameter: str

    @classmethod
    def of(cls, key: str) -> Point:
        """From the key of `Here.gradients`."""
        place, _, name = key.partition(":")
        name, _, parameter = name.partition(".")
        argument, *index = name.replace("]", "").split("[")
        return cls(place, argument, tuple(map(int, index)), parameter)

    @property
    def shown(self) -> str:
        """Its name in a message."""
        numbers = "".join(f"[{i}]" for i in self.inside)
        owner = "" if self.argument == "self" else self.argument + numbers
        return ".".join(part for part in (owner, self.parameter) if part)


class _Call(NamedTuple):
    """A call that can be made at points beside its own, always with the same networks."""

    here: Any
    function: Any
    args: list[Any]
    kwargs: dict[str, Any]
    own: Any

    def evaluate(self, points: Iterable[Point]) -> None:
        """Bring the networks into evaluation mode, in which nothing here may be different."""
        for place in {p.place for p in points if p.parameter}:
            self._network(place).eval()

    def _network(self, place: str) -> Any:
        if place == "self":
            return self.own
        return self.args[int(place)] if place.isdigit() else self.kwargs[place]

    def slope(self, directions: dict[str, torch.Tensor]) -> float:
        """The slope of the weighted sum of the values, by central differences."""
        ends = [self._value(directions, step) for step in (_STEP, -_STEP)]
        return (ends[0] - ends[1]) / (2 * _STEP)

    def _value(self, directions: dict[str, torch.Tensor], step: float) -> float:
        arguments: dict[str, Any] = {str(i): a for i, a in enumerate(self.args)} | self.kwargs
        weights: dict[str, tuple[Any, dict[str, torch.Tensor]]] = {}
        for key, direction in directions.items():
            point = Point.of(key)
            if point.parameter:
                network = self._network(point.place)
                weights.setdefault(point.place, (network, {}))[1][point.parameter] = direction
            else:
                moved = _moved(arguments[point.place], point.inside, step * direction)
                arguments[point.place] = moved
        # The same networks with other weights: what is kept from an earlier call shows.
        before = {place: self.here.state(network) for place, (network, _) in weights.items()}
        for place, (network, steps) in weights.items():
            self._load(network, {k: before[place][k] + step * d for k, d in steps.items()})
        given = [arguments.pop(str(i)) for i in range(len(self.args))]
        value = float(weighted_sum(self.function(*given, **arguments)))
        for place, (network, _) in weights.items():
            self._load(network, before[place])
        return value

    def _load(self, network: Any, values: dict[str, torch.Tensor]) -> None:
        self.here.load(network, **{k.replace(".", "__"): v for k, v in values.items()})


def _moved(value: Any, index: tuple[int, ...], step: torch.Tensor) -> Any:
    """A tensor, or the one at a place in nested tuples, moved by a step."""
    if not index:
        return value + step
    place, *rest = index
    return type(value)(
        _moved(v, tuple(rest), step) if i == place else v for i, v in enumerate(value)
    )
