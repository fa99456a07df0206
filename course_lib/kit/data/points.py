"""Points in the plane whose density can be drawn: clusters, moons, spirals, a chessboard."""

import math
from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from course_lib.kit.data.dataset import DataError

__all__ = ["centers", "load", "names", "spread"]

# Distance between neighbouring clusters of the grid, radius of the ring, deviation of a cluster.
_SPACING, _RADIUS, _SPREAD = 2.0, 2.0, {"gaussians25": 0.05, "ring8": 0.1}


def names() -> list[str]:
    """The densities that `load` knows."""
    return list(_MAKERS)


def load(name: str, n: int, seed: int = 0) -> Float[Tensor, "n 2"]:
    """Draw n independent points.

    Args:
        name: "gaussians25" (5×5 grid of narrow Gaussians, 2 apart), "ring8" (eight Gaussians on a
            circle of radius 2), "moons", "spirals", "checkerboard" or "pinwheel". All but the grid
            lie within about [−4, 4]².
        n: number of points.
        seed: of all random choices.

    Raises:
        DataError: an unknown name, or no points asked for.

    Source: the grid and its measure of covered modes: Srivastava et al. (2017), VEEGAN; the other
    shapes are customary for flows since Rezende & Mohamed (2015).
    """
    if name not in _MAKERS:
        raise DataError(f"no points {name!r}: there are {', '.join(_MAKERS)}")
    if n < 1:
        raise DataError(f"points.load: got n={n}; expected at least one point")
    return _MAKERS[name](n, torch.Generator().manual_seed(seed))


def centers(name: str) -> Float[Tensor, "modes 2"]:
    """The means of the Gaussians in "gaussians25" (row by row) or "ring8" (counter-clockwise).

    Raises:
        DataError: a density that is no mixture of Gaussians.
    """
    if name == "gaussians25":
        axis = torch.arange(-2.0, 3.0) * _SPACING
        return torch.cartesian_prod(axis, axis)
    if name == "ring8":
        return _RADIUS * _on_circle(torch.arange(8.0) * (math.tau / 8))
    raise DataError(f"points {name!r} have no centres: only {', '.join(_SPREAD)} have")


def spread(name: str) -> float:
    """The standard deviation of each Gaussian in "gaussians25" or "ring8", in either direction.

    Raises:
        DataError: a density that is no mixture of Gaussians.
    """
    if name not in _SPREAD:
        raise DataError(f"points {name!r} have no spread: only {', '.join(_SPREAD)} have")
    return _SPREAD[name]


def _on_circle(angle: Tensor) -> Tensor:
    return torch.stack([angle.cos(), angle.sin()], dim=-1)


def _clusters(name: str) -> Callable[[int, Generator], Tensor]:
    def draw(n: int, generator: Generator) -> Tensor:
        means = centers(name)
        which = torch.randint(len(means), (n,), generator=generator)
        return means[which] + spread(name) * torch.randn(n, 2, generator=generator)

    return draw


def _moons(n: int, generator: Generator) -> Tensor:
    angle = math.pi * torch.rand(n, generator=generator)
    lower = torch.randint(2, (n,), generator=generator).bool()
    upper = _on_circle(angle)
    points = torch.where(lower[:, None], torch.tensor([1.0, 0.5]) - upper, upper)
    noisy = points + 0.08 * torch.randn(n, 2, generator=generator)
    return 2 * (noisy - torch.tensor([0.5, 0.25]))


def _spirals(n: int, generator: Generator) -> Tensor:
    # The root makes the points equally dense along both arms.
    angle = 3 * math.pi * torch.rand(n, generator=generator).sqrt()
    arm = torch.randint(2, (n,), generator=generator) * 2 - 1
    points = (arm * angle / 3)[:, None] * _on_circle(angle)
    return points + 0.08 * torch.randn(n, 2, generator=generator)


def _checkerboard(n: int, generator: Generator) -> Tensor:
    column = torch.randint(4, (n,), generator=generator)
    row = 2 * torch.randint(2, (n,), generator=generator) + column % 2
    corner = torch.stack([column, row], dim=1) * 2.0 - 4
    return corner + 2 * torch.rand(n, 2, generator=generator)


def _pinwheel(n: int, generator: Generator) -> Tensor:
    arm = torch.randint(5, (n,), generator=generator) * (math.tau / 5)
    noise = torch.randn(n, 2, generator=generator) * torch.tensor([0.3, 0.1])
    radial, tangential = (noise + torch.tensor([1.0, 0.0])).unbind(1)
    angle = arm + 0.25 * radial.exp()
    along, across = _on_circle(angle), _on_circle(angle + math.pi / 2)
    return 2 * (radial[:, None] * along + tangential[:, None] * across)


_MAKERS: dict[str, Callable[[int, Generator], Tensor]] = {
    "gaussians25": _clusters("gaussians25"),
    "ring8": _clusters("ring8"),
    "moons": _moons,
    "spirals": _spirals,
    "checkerboard": _checkerboard,
    "pinwheel": _pinwheel,
}
