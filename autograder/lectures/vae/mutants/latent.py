"""Wrong walks and directions."""

from autograder.authoring.audit import edits, mutant

I = "vae.interpolate"
edits(
    I,
    ("backwards", "(1 - t) * z0 + t * z1", "t * z0 + (1 - t) * z1", "from z1 to z0"),
    ("z0 stays", "(1 - t) * z0", "z0", "not faded out"),
    ("one point too many", "linspace(0, 1, n,", "linspace(0, 1, n + 1,", "has shape"),
    ("one point is accepted", "if n < 2", "if n < 1", "expected a ValueError"),
    ("another exception", "raise ValueError", "raise IndexError", "IndexError"),
    ("the dtype is lost", "dtype=z0.dtype, ", "dtype=torch.float64, ", "5.11"),
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


@mutant(I, "on the sphere", expect="5.11a")
def spherical(z0, z1, n):
    if n < 2:
        raise ValueError(f"n = {n}")
    cosine = z0 @ z1 / (z0.norm() * z1.norm())
    angle = torch.arccos(cosine.clamp(-1, 1)).clamp(min=1e-6)
    t = torch.linspace(0, 1, n, dtype=z0.dtype, device=z0.device)[:, None]
    return (torch.sin((1 - t) * angle) * z0 + torch.sin(t * angle) * z1) / torch.sin(angle)


edits(
    "vae.attribute_direction",
    ("sums", "z / having.sum() - lacking @ z / lacking.sum()", "z - lacking @ z", "sums instead"),
    ("nothing is subtracted", " - lacking @ z / lacking.sum()", "", "nothing subtracted"),
    ("the mean of all is subtracted", "lacking @ z / lacking.sum()", "z.mean(0)", "mean of all"),
    (
        "unit length",
        "return having @ z / having.sum() - lacking @ z / lacking.sum()",
        "d = having @ z / having.sum() - lacking @ z / lacking.sum()\n    return d / d.norm()",
        "by its length",
    ),
    ("the sum of both means", "- lacking @ z", "+ lacking @ z", "sum of both means"),
    "having @ z / having.sum() - lacking @ z / lacking.sum()",
    ("the sign", "lacking @ z / lacking.sum() - having @ z / having.sum()", "without minus with"),
    ("divided by all", "(having @ z - lacking @ z) / len(z)", "number of all"),
    ("medians", "z[has_attribute].median(0).values - z[~has_attribute].median(0).values", "5.12"),
)
