"""Whether autograd's gradient of a function is the slope of the function's own values.

Training goes on in silence, and worse, where a result or one way to it is cut off from the graph.
The values do not show that. Their slope, measured by central differences, does: autograd has to say
the same. Whether the values are right is for the other properties to say.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch

from course_lib.checks.errors import PropertyBroken
from course_lib.checks.holder import weighted_sum
from course_lib.checks.random_inputs import Case, inputs, normal
from course_lib.checks.registry import check_for

__all__ = ["assert_gradients", "gradients_for"]

_SEED = 271_828
# The step of the central differences: its square, times a third derivative, is what they are off.
_STEP = 1e-5
_TOLERANCE = 1e-6
_CUTS = ".detach(), .data, .item(), torch.no_grad() or a new tensor made of its numbers"


def gradients_for(
    exercise: str,
    *by: str,
    never: tuple[str, ...] = (),
    cases: tuple[int, ...] = (0,),
    hint: str = "",
) -> None:
    """Register the property that an exercise's gradients are the slopes of its values.

    Args:
        exercise: name as in `course.toml`.
        by: arguments that a gradient has to reach: a tensor, a container of tensors or a network;
            "self" means the parameters of a method's own object.
        never: arguments that no gradient may reach, such as a target.
        cases: which of the exercise's random inputs are taken, counted from 0.
        hint: number of the hint to read when the property fails.
    """

    def property_(module: Any, here: Any) -> None:
        made = inputs(exercise, _SEED)
        for number in cases:
            assert_gradients(module, here, exercise, made[number], by, never)

    shown = ["the parameters" if name == "self" else f"`{name}`" for name in by]
    property_.__doc__ = (
        f"The gradient by {' and '.join(shown)}, as autograd gives it, is the slope of the values."
        if by
        else f"No gradient reaches {' and '.join(f'`{name}`' for name in never)}."
    )
    check_for(exercise, hint=hint, of_values=False)(property_)


def assert_gradients(
    module: Any,
    here: Any,
    exercise: str,
    case: Case,
    by: tuple[str, ...],
    never: tuple[str, ...] = (),
) -> None:
    """autograd's gradient of one call is the slope of its values along a random direction.

    Args:
        module, here: proxies of the student's code.
        exercise: name as in `course.toml`.
        case: the call.
        by, never: as in `gradients_for`.

    Raises:
        PropertyBroken: naming the argument or the parameter whose way to the result is cut off.
    """
    _, _, attribute = exercise.partition(".")
    function, args, _ = case.bound(module, here, attribute)
    found = here.gradients(function, *args, **case.kwargs)
    slopes: dict[str, tuple[float, float]] = {}
    for number, (key, gradient) in enumerate(found.items()):
        point = _Point.of(key)
        if point.argument in never and bool(gradient.any()):
            raise PropertyBroken(
                f"a gradient reaches `{point.shown}` through `{exercise}`: it should be cut off "
                "there, by .detach()"
            )
        if point.argument in by:
            direction = normal(number, *gradient.shape)
            slope = _slope(module, here, case, attribute, point, direction)
            slopes[key] = slope, float((gradient.double() * direction).sum())
    for name in by:
        if not any(_Point.of(key).argument == name for key in slopes):
            raise PropertyBroken(f"`{exercise}` has no argument `{name}`: was it renamed?")
    _compare(exercise, slopes)


def _compare(exercise: str, slopes: dict[str, tuple[float, float]]) -> None:
    """Raise for the first point at which the slope of the values is not autograd's."""
    size = max([1.0, *(abs(slope) for slope, _ in slopes.values())])
    for key, (slope, autograd) in slopes.items():
        if abs(slope - autograd) <= _TOLERANCE * size:
            continue
        name = _Point.of(key).shown
        if not any(autograd for _, autograd in slopes.values()):
            what = "the whole result is"
        elif autograd == 0:
            what = f"`{name}` is"
        else:
            what = f"one of the ways from `{name}` to the result is"
        raise PropertyBroken(
            f"along one direction of `{name}` the values of `{exercise}` change by {slope:.6g} a "
            f"unit, and by autograd's gradient they would change by {autograd:.6g}\n"
            f"Likely cause: {what} cut off from the graph, by {_CUTS}"
        )


class _Point(NamedTuple):
    """What a gradient was taken by: "2:net.0.weight" is `0.weight` of the network in argument 2."""

    place: str
    argument: str
    inside: tuple[int, ...]
    parameter: str

    @classmethod
    def of(cls, key: str) -> _Point:
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


def _slope(
    module: Any, here: Any, case: Case, attribute: str, point: _Point, direction: torch.Tensor
) -> float:
    """The slope of the weighted sum of the values along a direction, by central differences."""
    ends = []
    for step in (_STEP * direction, -_STEP * direction):
        function, args, own = case.bound(module, here, attribute)
        arguments: dict[str, Any] = {**{str(i): a for i, a in enumerate(args)}, **case.kwargs}
        if point.parameter:
            network = own if point.argument == "self" else arguments[point.place]
            value = here.state(network)[point.parameter] + step
            here.load(network, **{point.parameter.replace(".", "__"): value})
        else:
            arguments[point.place] = _moved(arguments[point.place], point.inside, step)
        moved = [arguments.pop(str(i)) for i in range(len(args))]
        ends.append(float(weighted_sum(function(*moved, **arguments))))
    return (ends[0] - ends[1]) / (2 * _STEP)


def _moved(value: Any, index: tuple[int, ...], step: torch.Tensor) -> Any:
    """A tensor, or the one at a place in nested tuples, moved by a step."""
    if not index:
        return value + step
    place, *rest = index
    return type(value)(
        _moved(v, tuple(rest), step) if i == place else v for i, v in enumerate(value)
    )
