"""What lecture 8's notebook is given: masks, and a conditioner with a context."""

import pytest
import torch
from torch.autograd.functional import jacobian

from autograder.authoring.reference import reference
from course_lib.checks import F64, normal

flows = reference("flows")


def test_masks_come_in_pairs_of_opposite_halves():
    model = flows.Flow(7, n_layers=6, seed=2)
    masks = torch.stack([layer.mask for layer in model.layers])
    assert torch.equal(masks[::2] + masks[1::2], torch.ones(3, 7))
    assert set(masks.sum(1).tolist()) <= {3.0, 4.0}
    assert len({tuple(m.tolist()) for m in masks}) > 2


def test_a_context_is_asked_for_and_refused():
    plain, with_context = flows.Conditioner(3, 4), flows.Conditioner(3, 4, n_context=2)
    with pytest.raises(ValueError, match="n_context=2 was given no context"):
        with_context(torch.zeros(1, 3))
    with pytest.raises(ValueError, match="n_context=0 was given a context"):
        plain(torch.zeros(1, 3), torch.zeros(1, 2))


def test_the_context_moves_every_coordinate_also_the_first():
    net = flows.Conditioner(3, 6, n_context=2, seed=0, dtype=F64)
    with torch.no_grad():
        for k, p in enumerate(net.parameters()):
            p.add_(normal(k, *p.shape))  # far from the first, small weights
    z, context = normal(15, 3), normal(16, 2)
    J = jacobian(lambda c: flows.iaf_forward(z[None], net, c[None])[0][0], context)
    assert J.abs().sum(1).min() > 1e-6
