"""What lecture 8's notebook is given: masks, a conditioner with a context, and widgets."""

import numpy as np
import pytest
import torch
from torch.autograd.functional import jacobian

from autograder.authoring.reference import reference
from course_lib.checks import F64, normal, seeded
from course_lib.lectures.flows.widgets import change_of_variables, flow_layers

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


NOISE = torch.randn(200, 2, generator=seeded(0))


@pytest.fixture
def model():
    model = flows.Flow(2, 4, 8, seed=1)
    with torch.no_grad():
        for p in model.parameters():
            p.add_(0.2 * torch.randn(p.shape, generator=seeded(p.numel())))
    return model


@pytest.fixture
def layers(model):
    return list(model.layers)


@pytest.mark.parametrize("place", [-2.5, 0.0, 0.7])
@pytest.mark.parametrize(("stretch", "bend"), [(0.4, 0.0), (1.0, 3.0), (2.0, -0.9)])
def test_a_strip_keeps_its_mass_and_is_stretched_by_the_slope(place, stretch, bend):
    found = change_of_variables.strip(place, stretch, bend)
    assert found.invertible
    np.testing.assert_allclose(found.mass[0], found.mass[1], rtol=1e-3)
    width = (found.x[1] - found.x[0]) / (found.z[1] - found.z[0])
    np.testing.assert_allclose(width, found.slope, rtol=0.1)


def test_a_map_that_folds_is_said_to():
    assert not change_of_variables.strip(0.0, 1.0, -1.0).invertible
    fig = change_of_variables.draw(0.0, 1.0, -1.5)
    assert "folds" in fig.axes[1].get_title()


def test_the_density_is_the_flow_s(model, layers):
    x = 2 * NOISE[:20]
    torch.testing.assert_close(flow_layers.density(layers, x), model.log_prob(x).exp().detach())


def test_turning_a_coupling_leaves_the_flow_as_it_was(layers):
    turned = flow_layers.turned(layers, 2, 0.0)
    assert layers[1].gain == 1
    assert turned[1].gain == 0
    assert turned[0] is layers[0]
    assert torch.equal(turned[1](NOISE)[1], torch.zeros(len(NOISE)))
    assert flow_layers.turned(layers, 0, 0.0) == layers


def test_points_behind_the_layers_are_the_flow_s(layers):
    fig = flow_layers.draw(layers, NOISE, layer=2, coupling=0, gain=1.0)
    x = NOISE
    with torch.no_grad():
        for layer in layers[:2]:
            x, _ = layer(x)
    shown = torch.as_tensor(fig.axes[0].lines[0].get_xydata(), dtype=x.dtype)
    torch.testing.assert_close(shown, x)


@pytest.mark.parametrize("shown", [(0,), (0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 4, 4)])
def test_steps_has_a_picture_for_each_layer_that_is_asked_for(shown, layers):
    fig = flow_layers.steps(layers, NOISE, shown)
    assert len(fig.axes) == len(shown)
