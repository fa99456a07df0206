"""FVSBN on MNIST, for `benchmarks/mnist.py`."""

from __future__ import annotations

from torch import nn

from autograder.authoring.reference import reference
from benchmarks.mnist_models import Settings, mnist_model


@mnist_model(
    "fvsbn",
    "FVSBN",
    lr=3e-3,
    published={"fixed": "97.45 (as quoted in later papers, not checked here)"},
)
def fvsbn(settings: Settings, n_dims: int) -> nn.Module:
    """Logistic regressions."""
    return reference("chain_rule").FVSBN(n_dims, seed=settings.seed)
