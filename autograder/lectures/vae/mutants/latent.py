"""Wrong walks and directions."""

import torch

from autograder.authoring.audit import edits, mutant

I = "vae.interpolate"
edits(I, "(1 - t) * z0 + t * z1", ("backwards", "t * z0 + (1 - t) * z1", "from z1 to z0"))
edits(
    I,
    "torch.linspace(0, 1, n, dtype=z0.dtype, device=z0.device)[:, None]",
    (
        "the end is left out",
        "torch.arange(n, dtype=z0.dtype, device=z0.device)[:, None] / n",
        "last point is left out",
    ),
    (
        "both ends are left out",
        "torch.arange(1, n + 1, dtype=z0.dtype, device=z0.device)[:, None] / (n + 1)",
        "both ends are left out",
    ),
)
edits(I, "(1 - t) * z0", ("z0 stays", "z0", "not faded out"))
edits(I, "linspace(0, 1, n,", ("one point too many", "linspace(0, 1, n + 1,", "has shape"))
edits(I, "if n < 2", ("one point is accepted", "if n < 1", "expected a ValueError"))
edits(I, "raise ValueError", ("another exception", "raise IndexError", "IndexError"))
edits(I, "dtype=z0.dtype, ", ("the dtype is lost", "dtype=torch.float64, ", "5.11"))


@mutant(I, "on the sphere", expect="5.11a")
def spherical(z0, z1, n):
    if n < 2:
        raise ValueError(f"n = {n}")
    cosine = z0 @ z1 / (z0.norm() * z1.norm())
    angle = torch.arccos(cosine.clamp(-1, 1)).clamp(min=1e-6)
    t = torch.linspace(0, 1, n, dtype=z0.dtype, device=z0.device)[:, None]
    return (torch.sin((1 - t) * angle) * z0 + torch.sin(t * angle) * z1) / torch.sin(angle)


A = "vae.attribute_direction"
edits(
    A,
    "having @ z / having.sum() - lacking @ z / lacking.sum()",
    ("the sign", "lacking @ z / lacking.sum() - having @ z / having.sum()", "without minus with"),
    ("sums", "having @ z - lacking @ z", "sums instead"),
    ("divided by all", "(having @ z - lacking @ z) / len(z)", "number of all"),
)
edits(A, " - lacking @ z / lacking.sum()", ("nothing is subtracted", "", "nothing subtracted"))
edits(
    A, "lacking @ z / lacking.sum()", ("the mean of all is subtracted", "z.mean(0)", "mean of all")
)
edits(
    A,
    "return having @ z / having.sum() - lacking @ z / lacking.sum()",
    (
        "unit length",
        "d = having @ z / having.sum() - lacking @ z / lacking.sum()\n    return d / d.norm()",
        "by its length",
    ),
)
edits(A, "- lacking @ z", ("the sum of both means", "+ lacking @ z", "sum of both means"))


@mutant(A, "medians", expect="5.12")
def direction_of_medians(z, has_attribute):
    return z[has_attribute].median(0).values - z[~has_attribute].median(0).values
