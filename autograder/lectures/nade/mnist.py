"""NADE on MNIST, for `benchmarks/mnist.py`."""

from __future__ import annotations

from torch import nn

from autograder.authoring.reference import reference
from benchmarks.mnist_models import Settings, mnist_model


@mnist_model(
    "nade",
    "NADE, H = {hidden}",
    lr=1e-2,
    hidden=500,
    published={"fixed": "88.33 (Germain et al. 2015)"},
)
def nade(settings: Settings, n_dims: int) -> nn.Module:
    """In the order of the pixels."""
    return reference("nade").NADE(n_dims, settings.hidden, seed=settings.seed)
