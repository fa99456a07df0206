"""Lecture 4's reference and its widget, beyond what the checks say."""

import itertools
import math

import pytest
import torch
import torch.nn.functional as F

from autograder.authoring.reference import reference
from course_lib.checks import F64, normal, seeded
from course_lib.lectures.pixelcnn.checks.exact import past_mask
from course_lib.lectures.pixelcnn.widgets import receptive_field as widget

pixelcnn = reference("pixelcnn")
SIZES = [
    {"levels": 2, "n_hidden": 5},
    {"levels": 4, "n_hidden": 6, "n_layers": 2, "kernel_size": 5},
    {"levels": 3, "n_hidden": 6, "n_colors": 3},
]


def random_model(seed=0, dtype=F64, **sizes):
    """Biases are random, too: with zeros, a forgotten one would not show."""
    model = pixelcnn.PixelCNN(seed=seed, dtype=dtype, **sizes)
    with torch.no_grad():
        for layer in model.layers:
            layer.bias.copy_(normal(seed, *layer.bias.shape))
    return model


def random_gated(seed=0, n_condition=0, **sizes):
    model = pixelcnn.GatedPixelCNN(n_condition=n_condition, seed=seed, dtype=F64, **sizes)
    with torch.no_grad():
        for k, parameter in enumerate(model.parameters()):
            if parameter.dim() < 4:
                parameter.copy_(normal(k, *parameter.shape))
    return model


def levels(model, n, shape):
    size = (n, model.n_colors, *shape)
    return torch.randint(model.levels, size, generator=seeded(0)).to(F64)


@pytest.mark.parametrize(
    "wrong",
    [(4, "A", 1, 1, 1), (3, "C", 1, 1, 1), (3, "a", 1, 1, 1), (3, "B", 4, 3, 3), (3, "B", 3, 4, 3)],
)
def test_a_mask_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match="expected an odd kernel"):
        pixelcnn.causal_mask(*wrong)


@pytest.mark.parametrize("optimiser", [torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW])
def test_the_mask_survives_optimiser_steps(optimiser):
    model = random_model(**SIZES[0])
    x = levels(model, 8, (4, 4))
    closed = [(layer.weight[~layer.mask]).clone() for layer in model.layers]
    step = optimiser(model.parameters(), lr=0.1, weight_decay=0.0)
    for _ in range(3):
        step.zero_grad()
        (-pixelcnn.log_prob(model, x).mean()).backward()
        step.step()
    for layer, before in zip(model.layers, closed, strict=True):
        assert torch.equal(layer.weight[~layer.mask], before)
    y = x.clone()
    y[:, :, 2, 2] = 1 - y[:, :, 2, 2]
    same = (model.logits(x) == model.logits(y)).all(dim=(0, 1, 2))
    assert same.flatten()[: 2 * 4 + 2 + 1].all()


def all_images(model, shape):
    n_dims = model.n_colors * math.prod(shape)
    every = torch.cartesian_prod(*[torch.arange(model.levels, dtype=F64)] * n_dims)
    return every.reshape(-1, model.n_colors, *shape)


@pytest.mark.parametrize("sizes", [{}, {"levels": 3, "kernel_size": 5}], ids=str)
def test_probabilities_sum_to_one_under_every_condition(sizes):
    model = random_gated(n_hidden=3, n_condition=2, **sizes)
    x = all_images(model, (2, 2))
    totals = []
    for label in (0, 1):
        condition = F.one_hot(torch.full((len(x),), label), 2).to(F64)
        log_p = pixelcnn.log_prob(model, x, condition)
        assert log_p.logsumexp(0).item() == pytest.approx(0, abs=1e-10)
        totals.append(log_p)
    assert not torch.allclose(*totals)


@pytest.mark.parametrize("n_layers", [1, 2, 3, 4])
def test_blind_spot_has_the_size_of_the_notebook_s_formula(n_layers):
    side, middle = 2 * n_layers + 1, n_layers
    past = torch.arange(side**2).reshape(side, side) < middle * side + middle
    one = pixelcnn.PixelCNN(n_hidden=16, n_layers=n_layers)
    field = pixelcnn.receptive_field(one, middle, middle, (side, side))
    assert not (field & ~past).any()
    assert int((past & ~field).sum()) == n_layers * (n_layers - 1) // 2
    two = pixelcnn.GatedPixelCNN(n_hidden=4, n_layers=n_layers)
    assert torch.equal(pixelcnn.receptive_field(two, middle, middle, (side, side)), past)


def test_all_masks_of_type_a_are_blind_to_eight():
    model = pixelcnn.PixelCNN(n_hidden=16, n_layers=3)
    for layer in model.layers[1:3]:
        layer.mask.copy_(past_mask(3, "A", 16, 16))
    field = pixelcnn.receptive_field(model, 3, 3, (7, 7))
    assert 24 - int(field.sum()) == 8


def test_gated_layer_has_the_right_derivatives():
    layer = pixelcnn.GatedLayer(2, 2, "B", n_condition=2, dtype=F64)
    inputs = [normal(k, 1, 2, 3, 3).requires_grad_() for k in range(2)]
    condition = normal(2, 1, 2).requires_grad_()
    assert torch.autograd.gradcheck(layer, (*inputs, condition))


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_logits_along_the_sample_are_those_it_was_drawn_from(sizes):
    """The level that each u picks from the teacher-forced logits is the level that was drawn."""
    model, shape = random_model(**sizes), (3, 4)
    x = pixelcnn.sample(model, 6, shape, seed=3)
    u = torch.rand(6, model.n_colors, *shape, generator=seeded(3)).to(F64)
    logits = model.logits(x)
    for color, row, col in itertools.product(range(model.n_colors), *map(range, shape)):
        picked = pixelcnn.inverse_cdf(logits[:, :, color, row, col], u[:, color, row, col])
        assert torch.equal(picked, x[:, color, row, col])


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("shape", [(1, 1), (1, 6), (6, 1), (5, 7)], ids=str)
def test_cached_sampler_draws_the_same_images(sizes, shape):
    model = random_model(**sizes)
    a = pixelcnn.sample(model, 7, shape, seed=2)
    assert torch.equal(pixelcnn.sample_cached(model, 7, shape, seed=2), a)


def test_inverse_cdf_picks_the_interval_and_never_a_level_too_many():
    logits = torch.tensor([[0.2, 0.5, 0.3]], dtype=F64).log().expand(5, -1)
    u = torch.tensor([0.0, 0.19, 0.21, 0.71, 1.0 - 1e-16], dtype=F64)
    assert pixelcnn.inverse_cdf(logits, u).tolist() == [0, 0, 1, 2, 2]


def test_inverse_cdf_draws_with_the_probabilities():
    p = torch.tensor([0.1, 0.6, 0.05, 0.25])
    u = torch.rand(40_000, generator=seeded(0))
    drawn = pixelcnn.inverse_cdf(p.log().expand(len(u), -1), u).long()
    frequency = torch.bincount(drawn, minlength=4) / len(u)
    assert (frequency - p).abs().sum() / 2 < 0.02


def test_widget_counts_the_blind_pixels():
    models = (pixelcnn.PixelCNN(n_hidden=16), pixelcnn.GatedPixelCNN(n_hidden=4))
    fields = {
        name: pixelcnn.receptive_field(model, 5, 5, (9, 11))
        for name, model in zip(("one", "two"), models, strict=True)
    }
    figure = widget.draw(fields, row=5, column=5, reach=3)
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == ["one\n21 seen, 3 blind", "two\n24 seen, 0 blind"]


def test_widget_shows_itself(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, **options: shown.append(bundle))
    models = {1: {"one": pixelcnn.PixelCNN(n_hidden=8, n_layers=1)}}
    widget.explore(pixelcnn.receptive_field, models, (4, 5))
    assert shown[0]["text/plain"].startswith("What the prediction of pixel (1, 2) sees")
