"""Which output depends on which input: Jacobians through plain calls, and their shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor

from course_lib.checks.errors import PropertyBroken

__all__ = ["assert_depends_on_all_past", "assert_depends_only_on_past", "jacobian"]

# Central differences in float64 leave about 1e-10; a dependency below this is taken for none.
_STEP, _NONE = 1e-5, 1e-7


def jacobian(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """∂f/∂x at one point by central differences, from one batched call.

    Args:
        f: maps (n, *x.shape) to (n, *out) in float64.
        x: the point, without a batch axis.

    Returns:
        float64, shape (numel(out), numel(x)).
    """
    x = x.double()
    steps = _STEP * torch.eye(x.numel(), dtype=torch.float64).reshape(-1, *x.shape)
    out = f(torch.cat([x + steps, x - steps]))
    if not out.dim() or len(out) != 2 * x.numel():
        raise PropertyBroken(
            f"a batch of {2 * x.numel()} inputs gave a result of shape {tuple(out.shape)}: "
            "the first axis should be the batch"
        )
    out = out.double().reshape(len(out), -1)
    return ((out[: x.numel()] - out[x.numel() :]) / (2 * _STEP)).T


def assert_depends_only_on_past(
    f: Callable[[Tensor], Tensor],
    x: Tensor,
    order: Sequence[int] | None = None,
    *,
    what: str = "output",
) -> None:
    """∂f_i/∂x_j = 0 unless j comes before i in the order (natural by default)."""
    for i, j, is_past, slope in _entries(f, x, order, what):
        if not is_past and abs(slope) > _NONE:
            role = "its own input" if i == j else "the later input"
            raise PropertyBroken(
                f"{what} {i} depends on {role} {j} (∂ = {slope:.3g}); "
                f"it may only look at inputs that come before {i}"
            )


def assert_depends_on_all_past(
    f: Callable[[Tensor], Tensor],
    x: Tensor,
    order: Sequence[int] | None = None,
    *,
    what: str = "output",
) -> None:
    """∂f_i/∂x_j ≠ 0 whenever j comes before i in the order (natural by default)."""
    for i, j, is_past, slope in _entries(f, x, order, what):
        if is_past and abs(slope) <= _NONE:
            raise PropertyBroken(
                f"{what} {i} ignores the earlier input {j}: it should depend on every input that "
                f"comes before {i}"
            )


def _entries(
    f: Callable[[Tensor], Tensor], x: Tensor, order: Sequence[int] | None, what: str
) -> Iterator[tuple[int, int, bool, float]]:
    """Each (i, j), whether j comes before i in the order, and ∂f_i/∂x_j."""
    jac = jacobian(f, x)
    if jac.shape[0] != jac.shape[1]:
        raise PropertyBroken(
            f"{jac.shape[0]} outputs for {jac.shape[1]} inputs: one for each input"
        )
    broken = (~torch.isfinite(jac)).any(1).nonzero()
    if len(broken):
        raise PropertyBroken(f"{what} {int(broken[0])} is NaN or infinite near a finite input")
    position = [0] * x.numel()
    for place, dim in enumerate(order if order is not None else range(x.numel())):
        position[int(dim)] = place
    for i, row in enumerate(jac.tolist()):
        for j, slope in enumerate(row):
            yield i, j, position[j] < position[i], slope
