"""Wrong implementations that the audit makes itself, of the reference and alike for every exercise.

A lecture's own mutants are the mistakes that its author thought of. These are mistakes that can be
made in every exercise: a result or an argument is cut off from the graph, an argument is ignored
or changed, the global seed is set, a network's mode is changed, a result is kept for the next call,
or only the first entry is looked at. Each is the reference with a few lines around its call.
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
from course_lib.checks.proxy import Here
from course_lib.checks.random_inputs import Case, Made, inputs
from course_lib.course.syllabus import Exercise

__all__ = ["KINDS", "Exemption", "Systematic", "exempt", "exemptions", "systematic"]

KINDS = ("cut", "ignored", "in place", "seed", "mode", "kept", "first")
_SEED = 7
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
    made = inputs(exercise.name, _SEED)
    case = next((c for c in made if not c.run), None)
    if case is None:
        return []
    whats = [*_of_the_call(exercise, case), *_of_each_argument(exercise, case)]
    return [Systematic(exercise.name, *what) for what in whats]


def _of_the_call(exercise: Exercise, case: Case) -> Iterator[tuple[str, ...]]:
    proxy = proxy_of(reference(exercise.module))
    result = _tensors(case.call(proxy, Here(proxy), exercise.attribute))
    if any(t.is_floating_point() for t in result):
        detach = "result = _mapped(lambda t: t.detach(), result)"
        yield "cut", "the result is cut off from the graph", "pass", detach
    yield "seed", "the global seed is set", "_torch.manual_seed(0)"
    if _tensors([*case.args, *case.kwargs.values()]) or case.load:
        plain = "[v for v in values.values() if not callable(v)]"
        key = f"key = str(_mapped(lambda t: tuple(t.shape), {plain}))"
        keep = "result = _kept.setdefault(key, result)"
        yield "kept", "the first result for these shapes is kept", key, keep
    if any(t.dim() and len(t) > 1 for t in result):
        first = "result = _mapped(lambda t: t[:1].expand_as(t).clone() if t.dim() else t, result)"
        yield "first", "all entries are the first one's", "pass", first


def _of_each_argument(exercise: Exercise, case: Case) -> Iterator[tuple[str, ...]]:
    parts: Any = exercise.attribute.split(".")
    function: Any = reduce(getattr, parts, reference(exercise.module))
    signature = inspect.signature(function)
    own = {"self": Made("", {}, {})} if "." in exercise.attribute else {}
    bound = signature.bind(*own.values(), *case.args, **case.kwargs)
    bound.apply_defaults()
    for name, value in bound.arguments.items():
        at = f"values[{name!r}]"
        if isinstance(value, Made):
            frozen = f"[p.requires_grad_(flag) for p in {at}.parameters()]"
            yield (
                "cut",
                f"the weights of `{name}` are cut off from the graph",
                f"flag = False; {frozen}",
                f"flag = True; {frozen}",
            )
            yield "mode", f"`{name}` is left in evaluation mode", "pass", f"{at}.eval()"
            continue
        tensors = _tensors(value)
        if any(t.is_floating_point() for t in tensors):
            cut = f"{at} = _mapped(lambda t: t.detach(), {at})"
            yield "cut", f"`{name}` is cut off from the graph", cut
        if tensors:
            yield (
                "in place",
                f"`{name}` is changed in place",
                "pass",
                (f"_mapped(lambda t: t.data.add_(1), {at})"),
            )
        neutral = _neutral(signature.parameters[name], value, bool(tensors))
        if neutral:
            yield "ignored", f"`{name}` is ignored", f"{at} = {neutral.format(at=at)}"


def _neutral(parameter: inspect.Parameter, value: Any, tensors: bool) -> str:
    """The text of what takes an ignored argument's place; empty where nothing can."""
    if parameter.kind == parameter.VAR_POSITIONAL:
        return "()" if value else ""
    if tensors:
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
