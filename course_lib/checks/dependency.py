"""Which output depends on which input: Jacobians through plain calls, and their shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from course_lib.checks.errors import PropertyBroken

__all__ = ["assert_depends_on_all_past", "assert_depends_only_on_past", "jacobian"]

# Central differences in float64 leave about 1e-10; a dependency below this is taken for none.
_NONE = 1e-7


def jacobian(f: Callable[[Tensor], Tensor], x: Tensor, eps: float = 1e-5) -> Tensor:
    """∂f/∂x at one point by central differences, from one batched call.

    Args:
        f: maps (n, *x.shape) to (n, *out) in float64.
        x: the point, without a batch axis.
        eps: step.

    Returns:
        float64, shape (numel(out), numel(x)).
    """
    x = x.double()
    steps = eps * torch.eye(x.numel(), dtype=torch.float64).reshape(-1, *x.shape)
    out = f(torch.cat([x + steps, x - steps]))
    if not out.dim() or len(out) != 2 * x.numel():
        raise PropertyBroken(
            f"a batch of {2 * x.numel()} inputs gave a result of shape {tuple(out.shape)}: "
            "the first axis should be the batch"
        )
    out = out.double().reshape(len(out), -1)
    return ((out[: x.numel()] - out[x.numel() :]) / (2 * eps)).T


def assert_depends_only_on_past(
    f: Callable[[Tensor], Tensor],
    x: Tensor,
    order: Sequence[int] | None = None,
    *,
    what: str = "output",
) -> None:
    """∂f_i/∂x_j = 0 unless j comes before i in the order (natural by default)."""
    jac, position = jacobian(f, x), _positions(order, x.numel())
    for i, j in _pairs(jac, what):
        if position[j] >= position[i] and abs(float(jac[i, j])) > _NONE:
            role = "its own input" if i == j else "the later input"
            raise PropertyBroken(
                f"{what} {i} depends on {role} {j} (∂ = {float(jac[i, j]):.3g}); "
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
    jac, position = jacobian(f, x), _positions(order, x.numel())
    for i, j in _pairs(jac, what):
        if position[j] < position[i] and abs(float(jac[i, j])) <= _NONE:
            raise PropertyBroken(
                f"{what} {i} ignores the earlier input {j}: it should depend on every input that "
                f"comes before {i}"
            )


def _positions(order: Sequence[int] | None, n_dims: int) -> list[int]:
    position = [0] * n_dims
    for place, dim in enumerate(order if order is not None else range(n_dims)):
        position[int(dim)] = place
    return position


def _pairs(jac: Tensor, what: str) -> list[tuple[int, int]]:
    if jac.shape[0] != jac.shape[1]:
        raise PropertyBroken(
            f"{jac.shape[0]} outputs for {jac.shape[1]} inputs: one for each input"
        )
    broken = (~torch.isfinite(jac)).any(1).nonzero()
    if len(broken):
        raise PropertyBroken(f"{what} {int(broken[0])} is NaN or infinite near a finite input")
    return [(i, j) for i in range(len(jac)) for j in range(len(jac))]
