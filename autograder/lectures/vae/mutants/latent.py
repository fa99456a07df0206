"""Wrong walks and directions."""

import torch

from autograder.authoring.audit import edit, mutant

I = "vae.interpolate"
edit(
    I, "backwards", old="(1 - t) * z0 + t * z1", new="t * z0 + (1 - t) * z1", expect="from z1 to z0"
)
edit(
    I,
    "the end is left out",
    old="torch.linspace(0, 1, n, dtype=z0.dtype, device=z0.device)[:, None]",
    new="torch.arange(n, dtype=z0.dtype, device=z0.device)[:, None] / n",
    expect="last point is left out",
)
edit(
    I,
    "both ends are left out",
    old="torch.linspace(0, 1, n, dtype=z0.dtype, device=z0.device)[:, None]",
    new="torch.arange(1, n + 1, dtype=z0.dtype, device=z0.device)[:, None] / (n + 1)",
    expect="both ends are left out",
)
edit(I, "z0 stays", old="(1 - t) * z0", new="z0", expect="not faded out")
edit(
    I,
    "one point too many",
    old="linspace(0, 1, n,",
    new="linspace(0, 1, n + 1,",
    expect="has shape",
)
edit(I, "one point is accepted", old="if n < 2", new="if n < 1", expect="expected a ValueError")
edit(I, "another exception", old="raise ValueError", new="raise IndexError", expect="IndexError")
edit(I, "the dtype is lost", old="dtype=z0.dtype, ", new="dtype=torch.float64, ", expect="5.11")


@mutant(I, "on the sphere", expect="5.11a")
def spherical(z0, z1, n):
    if n < 2:
        raise ValueError(f"n = {n}")
    cosine = z0 @ z1 / (z0.norm() * z1.norm())
    angle = torch.arccos(cosine.clamp(-1, 1)).clamp(min=1e-6)
    t = torch.linspace(0, 1, n, dtype=z0.dtype, device=z0.device)[:, None]
    return (torch.sin((1 - t) * angle) * z0 + torch.sin(t * angle) * z1) / torch.sin(angle)


A = "vae.attribute_direction"
edit(
    A,
    "the sign",
    old="having @ z / having.sum() - lacking @ z / lacking.sum()",
    new="lacking @ z / lacking.sum() - having @ z / having.sum()",
    expect="without minus with",
)
edit(
    A,
    "nothing is subtracted",
    old=" - lacking @ z / lacking.sum()",
    new="",
    expect="nothing subtracted",
)
edit(
    A,
    "the mean of all is subtracted",
    old="lacking @ z / lacking.sum()",
    new="z.mean(0)",
    expect="mean of all",
)
edit(
    A,
    "sums",
    old="having @ z / having.sum() - lacking @ z / lacking.sum()",
    new="having @ z - lacking @ z",
    expect="sums instead",
)
edit(
    A,
    "divided by all",
    old="having @ z / having.sum() - lacking @ z / lacking.sum()",
    new="(having @ z - lacking @ z) / len(z)",
    expect="number of all",
)
edit(
    A,
    "unit length",
    old="return having @ z / having.sum() - lacking @ z / lacking.sum()",
    new="d = having @ z / having.sum() - lacking @ z / lacking.sum()\n    return d / d.norm()",
    expect="by its length",
)
edit(
    A, "the sum of both means", old="- lacking @ z", new="+ lacking @ z", expect="sum of both means"
)


@mutant(A, "medians", expect="5.12")
def direction_of_medians(z, has_attribute):
    return z[has_attribute].median(0).values - z[~has_attribute].median(0).values
