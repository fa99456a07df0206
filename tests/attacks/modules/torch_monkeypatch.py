"""Tries to make every comparison of tensors come out true.

Stopped by: what is compared is compared in the grader's process, with its own torch.
"""

for name in ("equal", "allclose", "isclose", "eq", "le", "ge", "isfinite"):
    setattr(torch, name, lambda *args, **kwargs: torch.tensor(True))
for name in (
    "__eq__",
    "__ne__",
    "__le__",
    "__lt__",
    "eq",
    "le",
    "allclose",
    "all",
    "any",
    "__bool__",
):
    setattr(torch.Tensor, name, lambda *args, **kwargs: True)
