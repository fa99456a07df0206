"""Flows on grey levels, as `benchmarks/mnist.py` trains them."""

from __future__ import annotations

import math

import torch

from autograder.lectures.flows.mnist import GreyFlow


class Identity(torch.nn.Module):
    """A flow without layers."""

    def log_prob(self, v):
        return -(0.5 * v.square() + 0.5 * math.log(2 * math.pi)).sum(1)

    def sample(self, n, seed):
        return torch.randn(n, 784, generator=torch.Generator().manual_seed(seed))


def test_an_untrained_flow_scores_levels_by_their_histograms():
    rng = torch.Generator().manual_seed(0)
    x = torch.randint(0, 3, (50, 784), generator=rng).float() * 100
    identity = Identity()
    model = GreyFlow(identity, 784, draws=2)
    model.init_independent_(x)
    torch.manual_seed(0)
    counts = torch.stack([(x == level).sum(0) for level in (0, 100, 200)]).double()
    mass = (counts + 0.5 / 256) / 50.5
    expected = mass.log().gather(0, (x / 100).long()).sum(1)
    torch.testing.assert_close(model.bound(x), expected, rtol=1e-5, atol=1e-2)
    drawn = 255 * model.generate(400, seed=1)
    assert set(drawn.unique().round().tolist()) >= {0.0, 100.0, 200.0}
    shares = torch.stack([(drawn.round() == level).double().mean(0) for level in (0, 100, 200)])
    assert (shares - counts / 50).abs().max() < 0.13
