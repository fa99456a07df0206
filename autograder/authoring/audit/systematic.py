"""Wrong implementations that the audit makes itself, of the reference and alike for every exercise.

A lecture's own mutants are the mistakes that its author thought of. These are mistakes that can be
made in every exercise: a result or an argument is cut off from the graph or has a second way to it,
an argument is ignored, changed or clipped, the global seed is set, a network's mode is changed, a
result or a network's weights are kept for the next call, or only the first entry along an axis is
looked at. Each is the reference with a few lines around its call.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import reduce
from typing import Any

import torch

from autograder.authoring.reference import reference, solution_text
from course_lib.checks.direct import proxy_of
from course_lib.checks.gradients import Point
from course_lib.checks.proxy import Here
from course_lib.checks.random_inputs import Case, Made, inputs
from course_lib.course.syllabus import Exercise

__all__ = ["KINDS", "Exemption", "Systematic", "exempt", "exemptions", "systematic"]

KINDS = (
    "cut", "leak", "ignored", "in place", "seed", "mode", "kept", "stale", "first", "clipped",
)  # fmt: skip
_SEED = 7
# Beyond it a value is large, below it small: where nobody clips who thinks of ordinary values.
_LARGE, _SMALL = 5, 1e-6
_WRAPPED = """

import functools as _functools
import inspect as _inspect
import torch as _torch

_original, _kept = {target}, {{}}


def _mapped(change, value):
    if isinstance(value, _torch.Tensor):
        return change(value)
    if isinstance(value, (tuple, list)):
        inside = [_mapped(change, v) for v in value]
        return type(value)(*inside) if hasattr(value, "_fields") else type(value)(inside)
    return value


def _first(axis, value):
    alike = lambda t: t.narrow(axis, 0, 1).expand_as(t).clone() if t.dim() > axis else t
    return _mapped(alike, value)


def _floats(change, value):
    return _mapped(lambda t: change(t) if t.is_floating_point() else t, value)


def _parts(value):
    if isinstance(value, _torch.nn.Module):
        return dict(value.named_parameters())
    return {{}}


def _leaked(result, value):
    return _floats(lambda t: t + (value - value.detach()).sum(), result)


def _exchanged(network, values):
    parts = _parts(network)
    before = {{k: p.data for k, p in parts.items()}}
    for k, value in values.items():
        parts[k].data = value
    return before


@_functools.wraps(_original)
def _changed(*args, **kwargs):
    given = _inspect.signature(_original).bind(*args, **kwargs)
    given.apply_defaults()
    values = given.arguments
    {before}
    result = _original(*given.args, **given.kwargs)
    {after}
    return result


{target} = _changed
"""


@dataclass(frozen=True)
class Systematic:
    """The reference with one exercise changed in one of the ways that are alike for all.

    Attributes:
        exercise: name as in `course.toml`.
        kind: one of `KINDS`.
        reason: what is wrong with it.
        before, after: lines that stand before and behind the call of the right function.
    """

    exercise: str
    kind: str
    reason: str
    before: str = "pass"
    after: str = "pass"

    def source(self) -> str:
        """The whole module's text with this implementation in the solution's place."""
        module, _, target = self.exercise.partition(".")
        parts = {"target": target, "before": self.before, "after": self.after}
        return solution_text(module) + _WRAPPED.format(**parts)


def systematic(exercise: Exercise) -> list[Systematic]:
    """All of an exercise; none of one whose random inputs are only calls that torch has to make."""
    cases = [c for c in inputs(exercise.name, _SEED) if not c.run]
    if not cases:
        return []
    whats = [*_of_the_call(exercise, cases), *_of_each_argument(exercise, cases)]
    return [Systematic(exercise.name, *what) for what in whats]


def _of_the_call(exercise: Exercise, cases: list[Case]) -> Iterator[tuple[str, ...]]:
    proxy = proxy_of(reference(exercise.module))
    results = [case.call(proxy, Here(proxy), exercise.attribute) for case in cases]
    if _floats(results):
        detach = "result = _mapped(lambda t: t.detach(), result)"
        yield "cut", "the result is cut off from the graph", "pass", detach
    yield "seed", "the global seed is set", "_torch.manual_seed(0)"
    if any(_tensors([*case.args, *case.kwargs.values()]) or case.load for case in cases):
        plain = "[v for v in values.values() if not callable(v)]"
        key = f"key = str(_mapped(lambda t: tuple(t.shape), {plain}))"
        keep = "result = _kept.setdefault(key, result)"
        yield "kept", "the first result for these shapes is kept", key, keep
    for axis in _axes(results):
        yield (
            "first",
            f"the result is its first one along axis {axis}",
            "pass",
            (f"result = _first({axis}, result)"),
        )
    yield from _clipped("the result", "result", results, small=False, after=True)


def _of_each_argument(exercise: Exercise, cases: list[Case]) -> Iterator[tuple[str, ...]]:
    parts: Any = exercise.attribute.split(".")
    function: Any = reduce(getattr, parts, reference(exercise.module))
    signature, stopped = inspect.signature(function), _stopped(exercise, cases)
    given: dict[str, list[Any]] = {}
    for case in cases:
        own = {"self": Made("", case.init, case.load)} if "." in exercise.attribute else {}
        bound = signature.bind(*own.values(), *case.args, **case.kwargs)
        bound.apply_defaults()
        for name, value in bound.arguments.items():
            given.setdefault(name, []).append(value)
    for name, values in given.items():
        at, shown = f"values[{name!r}]", f"`{name}`"
        if any(isinstance(v, Made) for v in values):
            yield from _of_a_network(at, shown)
        if _floats(values):
            cut = f"{at} = _mapped(lambda t: t.detach(), {at})"
            yield "cut", f"{shown} is cut off from the graph", cut
        if name in stopped:
            leak = f"result = _leaked(result, {at})"
            yield "leak", f"{shown} gets a gradient that is not meant for it", "pass", leak
        if _tensors(values):
            yield (
                "in place",
                f"{shown} is changed in place",
                "pass",
                (f"_mapped(lambda t: t.data.add_(1), {at})"),
            )
        parameter = signature.parameters[name]
        neutral = next(filter(None, (_neutral(parameter, v) for v in values)), "")
        if neutral:
            yield "ignored", f"{shown} is ignored", f"{at} = {neutral.format(at=at)}"
        for axis in _axes(values):
            yield (
                "first",
                f"{shown} is its first one along axis {axis}",
                (f"{at} = _first({axis}, {at})"),
            )
        yield from _clipped(shown, at, values)


def _of_a_network(at: str, shown: str) -> Iterator[tuple[str, ...]]:
    """Of an argument that is one in at least one case, and may be a plain function in another."""
    frozen = f"[p.requires_grad_(flag) for p in _parts({at}).values()]"
    yield (
        "cut",
        f"the weights of {shown} are cut off from the graph",
        f"flag = False; {frozen}",
        f"flag = True; {frozen}",
    )
    for mode, name in (("eval", "evaluation"), ("train", "training")):
        left = f"_parts({at}) and {at}.{mode}()"
        yield "mode", f"{shown} is left in {name} mode", "pass", left
    copies = f"{{k: p.detach().clone() for k, p in _parts({at}).items()}}"
    first = f"getattr({at}, '__dict__', {{}}).setdefault('_first', {copies})"
    yield (
        "stale",
        f"{shown} has a copy of the first call's weights",
        f"flag = False; {frozen}; now = _exchanged({at}, {first})",
        f"flag = True; {frozen}; _exchanged({at}, now)",
    )


def _stopped(exercise: Exercise, cases: list[Case]) -> set[str]:
    """Arguments that no gradient of the reference reaches, while one reaches another argument."""
    proxy, reached = proxy_of(reference(exercise.module)), dict[str, bool]()
    for case in cases:
        function, args, _ = case.bound(proxy, Here(proxy), exercise.attribute)
        for key, slope in Here(proxy).gradients(function, *args, **case.kwargs).items():
            name = Point.of(key).argument
            reached[name] = reached.get(name, False) or bool((slope != 0).any())
    return {name for name, is_so in reached.items() if not is_so and any(reached.values())}


def _axes(values: list[Any]) -> list[int]:
    """Those along which some tensor has several entries."""
    return sorted({k for t in _tensors(values) for k, n in enumerate(t.shape) if n > 1})


def _clipped(
    shown: str, at: str, values: list[Any], *, small: bool = True, after: bool = False
) -> Iterator[tuple[str, ...]]:
    """Clipped where values are small or large; bits and other whole numbers are neither."""
    floats = [t for t in _floats(values) if t.numel()]
    numbers = [v for v in values if isinstance(v, float)]
    if numbers:
        yield (
            "clipped",
            f"{shown} is kept between 0.1 and {_LARGE}",
            (f"{at} = min(max({at}, 0.1), {_LARGE}) if isinstance({at}, float) else {at}"),
        )
    if not floats or all(bool((t == t.round()).all()) for t in floats):
        return
    low, high = min(float(t.min()) for t in floats), max(float(t.max()) for t in floats)
    how = []
    if low < 0 or high > 1:
        how.append((f"clipped to ±{_LARGE}", f"clamp(-{_LARGE}, {_LARGE})"))
    if low >= 0 and small:
        how.append((f"kept above {_SMALL:g}", f"clamp(min={_SMALL})"))
    for what, clamp in how:
        line = f"{at} = _floats(lambda t: t.{clamp}, {at})"
        yield ("clipped", f"{shown} is {what}", *(("pass", line) if after else (line,)))


def _neutral(parameter: inspect.Parameter, value: Any) -> str:
    """The text of what takes an ignored argument's place; empty where nothing can."""
    if parameter.kind == parameter.VAR_POSITIONAL:
        return "()" if value else ""
    if _tensors(value):
        return "_mapped(lambda t: _torch.zeros_like(t), {at})"
    default = parameter.default
    if default is not parameter.empty and isinstance(default, (int, float, str, type(None))):
        return repr(default) if value != default else ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return repr(type(value)(1 if value != 1 else 2))
    return ""


def _tensors(value: Any) -> list[torch.Tensor]:
    if isinstance(value, (tuple, list)):
        return [tensor for inside in value for tensor in _tensors(inside)]
    return [value] if isinstance(value, torch.Tensor) else []


def _floats(value: Any) -> list[torch.Tensor]:
    return [t for t in _tensors(value) if t.is_floating_point()]


@dataclass(frozen=True)
class Exemption:
    """Systematic mutants that are right after all.

    Attributes:
        why: such implementations are right.
        exercises: names as in `course.toml`, or patterns of names ("name.*").
        of: patterns of the mutants' reasons.
    """

    why: str
    exercises: tuple[str, ...]
    of: tuple[str, ...]

    def covers(self, mutant: Systematic) -> bool:
        """Whether it is about this mutant."""
        return any(fnmatchcase(mutant.exercise, name) for name in self.exercises) and any(
            fnmatchcase(mutant.reason, reason) for reason in self.of
        )


_exemptions: list[Exemption] = []


def exempt(why: str, *exercises: str, of: tuple[str, ...] = ("*cut off from the graph",)) -> None:
    """Say why systematic mutants are right after all; see `Exemption`."""
    _exemptions.append(Exemption(why, exercises, of))


def exemptions(module: str) -> list[Exemption]:
    """Those of a lecture, from its `exemptions.py`."""
    name = f"autograder.lectures.{module}.exemptions"
    if importlib.util.find_spec(name):
        importlib.import_module(name)
    return [e for e in _exemptions if e.exercises[0].partition(".")[0] == module]
