"""Calls of a lent function, on both of their ends. Runs inside two sandboxes.

In the process of the student's code a `stub` stands in the function's place. It holds nothing of
the reference: it sends the arguments, networks taken apart into their classes, plain attributes and
tensors, and gets the result back. In the lender's sandbox, where no student's code ever runs,
`answer` puts them together and calls the reference. Gradients go the same way: the stub is a node
of autograd's graph, and its backward pass asks for a vector–Jacobian product.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import _disable_current_modes, _get_current_dispatch_mode_stack

from course_lib.checks.operations import OperationCounter

__all__ = ["answer", "stub"]

# (arguments taken apart, their tensors, gradients by the result or None) → the answer.
Ask = Callable[[list, list[Tensor], list[Tensor] | None], Any]
_PLAIN = (bool, int, float, str, type(None), torch.dtype)
# Where the classes of networks may come from; the lecture's own module is the reference there.
_CLASSES = ("torch.nn.", "course_lib.kit.", "course_lib.lectures.")


def stub(ask: Ask, module: str) -> Callable:
    """What stands in the place of a lent function.

    Args:
        ask: has the grader answer a call.
        module: the student's module's name, "course_lib.name".
    """

    def lent(*args: Any, **kwargs: Any) -> Any:
        tensors: list[Tensor] = []
        nodes: list[tuple] = []
        _take_apart([list(args), kwargs], nodes, tensors)
        result: list[tuple] = []
        found = _Call.apply(_counting(ask), nodes, result, *tensors)
        return _put_together(result, list(found), module)

    return lent


def _counting(ask: Ask) -> Ask:
    """Asks, and has the work count where the call was made: nothing is done faster by lending."""

    def asking(*call: Any) -> Any:
        counters = [m for m in _get_current_dispatch_mode_stack() if hasattr(m, "total")]
        with _disable_current_modes():
            *reply, work = ask(*call)
        for counter in counters:
            counter.total += work
        return reply

    return asking


class _Call(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, ask: Ask, nodes: list, result: list, *tensors: Tensor) -> Any:
        made, found = ask(nodes, list(tensors), None)
        result.extend(made)
        ctx.ask, ctx.nodes, ctx.shapes = ask, nodes, [(t.shape, t.dtype) for t in found]
        ctx.save_for_backward(*tensors)
        ctx.mark_non_differentiable(*(t for t in found if not t.is_floating_point()))
        return tuple(found)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, *slopes: Tensor | None) -> Any:
        given = [
            torch.zeros(shape, dtype=dtype) if slope is None else slope
            for slope, (shape, dtype) in zip(slopes, ctx.shapes, strict=True)
        ]
        (found,) = ctx.ask(ctx.nodes, list(ctx.saved_tensors), given)
        wanted = (t.is_floating_point() for t in ctx.saved_tensors)
        return None, None, None, *(f if w else None for f, w in zip(found, wanted, strict=True))


def answer(
    function: Callable,
    module: str,
    nodes: list,
    tensors: list[Tensor],
    slopes: list[Tensor] | None,
) -> Any:
    """Call the reference's function.

    Args:
        function: as it stands in the reference module.
        module: that module's name, "course_lib.name".
        nodes, tensors: the arguments, taken apart.
        slopes: a gradient by each tensor of the result, or None to get the result.

    Returns:
        The result, taken apart, and its tensors; with `slopes` the gradient by each of `tensors`.
        Behind it, how many operations that took.
    """
    leaves = [t.requires_grad_() if t.is_floating_point() else t for t in tensors]
    args, kwargs = _put_together(nodes, leaves, module)
    with torch.enable_grad(), OperationCounter() as counter:
        result = function(*args, **kwargs)
    made: list[tuple] = []
    found: list[Tensor] = []
    _take_apart(result, made, found)
    if slopes is None:
        return made, [t.detach() for t in found], counter.total
    counter.total = 0
    pairs = [(t, s) for t, s in zip(found, slopes, strict=True) if t.requires_grad]
    by = [t for t in leaves if t.requires_grad]
    gradients: list[Tensor | None] = [None] * len(by)
    if pairs and by:
        outputs, given = zip(*pairs, strict=True)
        with counter:
            gradients = list(torch.autograd.grad(outputs, by, given, allow_unused=True))
    by_leaf = iter(gradients)
    filled = [next(by_leaf) if t.requires_grad else None for t in leaves]
    whole = [torch.zeros_like(t) if g is None else g for t, g in zip(leaves, filled, strict=True)]
    return whole, counter.total


def _take_apart(value: Any, nodes: list[tuple], tensors: list[Tensor]) -> int:
    """Append what a value consists of to the nodes; returns the number of its own node."""
    node: tuple
    if isinstance(value, Tensor):
        node = ("tensor", _number(value, tensors))
    elif isinstance(value, _PLAIN):
        node = ("plain", value)
    elif hasattr(value, "_fields") and isinstance(value, tuple):
        inside = [_take_apart(v, nodes, tensors) for v in value]
        node = ("record", type(value).__module__, type(value).__qualname__, inside)
    elif type(value) in (list, tuple):
        inside = [_take_apart(v, nodes, tensors) for v in value]
        node = ("list" if isinstance(value, list) else "tuple", inside)
    elif isinstance(value, dict):
        node = ("dict", {str(k): _take_apart(v, nodes, tensors) for k, v in value.items()})
    elif isinstance(value, nn.Module):
        plain = {k: v for k, v in vars(value).items() if k[0] != "_" and isinstance(v, _PLAIN)}
        named = [
            {k: _number(t, tensors) for k, t in of.items() if t is not None}
            for of in (value._parameters, value._buffers)
        ]
        parts = value._modules.items()
        children = {k: _take_apart(m, nodes, tensors) for k, m in parts if m is not None}
        node = (
            "network",
            type(value).__module__,
            type(value).__qualname__,
            plain,
            *named,
            children,
        )
    else:
        raise TypeError(f"a lent function cannot be given a {type(value).__name__}")
    nodes.append(node)
    return len(nodes) - 1


def _number(tensor: Tensor, tensors: list[Tensor]) -> int:
    for number, known in enumerate(tensors):
        if known is tensor:
            return number
    tensors.append(tensor)
    return len(tensors) - 1


def _put_together(nodes: list, tensors: list[Tensor], module: str) -> Any:
    """The value that was taken apart last; parameters take their tensors' places in the list."""
    made: list[Any] = []
    for kind, *of in nodes:
        if kind == "tensor":
            made.append(tensors[of[0]])
        elif kind == "plain":
            made.append(of[0])
        elif kind in ("list", "tuple"):
            inside = [made[i] for i in of[0]]
            made.append(inside if kind == "list" else tuple(inside))
        elif kind == "dict":
            made.append({k: made[i] for k, i in of[0].items()})
        elif kind == "record":
            place, name, inside = of
            made.append(_class(place, name, tuple, module)(*(made[i] for i in inside)))
        else:
            made.append(_network(*of, tensors=tensors, made=made, module=module))
    return made[-1]


def _class(place: str, name: str, kind: type, module: str) -> Any:
    """A class of this kind by its name, of the lecture's module or of what it is given.

    Raises:
        TypeError: there is none.
    """
    found: Any = None
    if place == module or f"{place}.".startswith(_CLASSES):
        found = importlib.import_module(place)
        for part in name.split("."):
            found = getattr(found, part, None)
    if not (isinstance(found, type) and issubclass(found, kind)):
        raise TypeError(f"a lent function cannot be given a {place}.{name}")
    return found


def _network(
    place: str,
    name: str,
    plain: dict[str, Any],
    parameters: dict[str, int],
    buffers: dict[str, int],
    children: dict[str, int],
    *,
    tensors: list[Tensor],
    made: list[Any],
    module: str,
) -> nn.Module:
    kind = _class(place, name, nn.Module, module)
    network = kind.__new__(kind)
    nn.Module.__init__(network)
    for key, value in plain.items():
        object.__setattr__(network, key, value)
    for key, i in parameters.items():
        if not isinstance(tensors[i], nn.Parameter):
            tensors[i] = nn.Parameter(tensors[i].detach(), tensors[i].is_floating_point())
        network.register_parameter(key, tensors[i])  # type: ignore[arg-type]
    for key, i in buffers.items():
        network.register_buffer(key, tensors[i].detach())
    for key, i in children.items():
        network.add_module(key, made[i])
    return network
