"""The DDPM of grey levels, as `benchmarks/mnist.py` trains it."""

from __future__ import annotations

import math

import pytest
import torch

from autograder.lectures.diffusion.mnist import GreyDDPM


def test_a_ddpms_bound_is_the_entropy_of_gaussian_levels():
    """The untrained network is the exact denoiser, so that nothing lies between the two."""
    rng = torch.Generator().manual_seed(0)
    x = (128 + 30 * torch.randn(300, 784, generator=rng)).round().clamp(0, 255)
    model = GreyDDPM(4, 20, seed=0)
    model.init_independent_(x)
    model.eval()
    torch.manual_seed(1)
    bits = -model.bound(x[:20]).mean() / (784 * math.log(2))
    assert bits == pytest.approx(math.log2(30 * math.sqrt(2 * math.pi * math.e)), abs=0.03)
