"""Lecture 2's reference, the MADE of the kit, and the widget, beyond what the checks say."""

import pytest
import torch

from autograder.authoring.reference import reference
from course_lib.checks import F64, all_binary, assert_frequencies, normal, seeded
from course_lib.checks.operations import count_operations
from course_lib.kit.networks.made import MADE
from course_lib.lectures.nade.widgets import ancestral_sampling

nade = reference("nade")


def random_model(n_visible, n_hidden):
    model = nade.NADE(n_visible, n_hidden, dtype=F64)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(normal(0, *parameter.shape))
    return model


def random_bits(n, n_dims, seed=0, dtype=F64):
    return (torch.rand(n, n_dims, generator=seeded(seed)) < 0.5).to(dtype)


def gradients(model, loss):
    return torch.autograd.grad(loss, list(model.parameters()), materialize_grads=True)


@pytest.mark.parametrize(("n_dims", "n_hidden"), [(1, 2), (7, 3), (40, 5)])
def test_running_sum_has_the_values_and_gradients_of_the_definition(n_dims, n_hidden):
    model, x = random_model(n_dims, n_hidden), random_bits(6, n_dims)
    a = nade.hidden_naive(model.W, model.c, x)
    defined = (torch.sigmoid(a) * model.V).sum(-1) + model.b
    running = model.logits(x)
    torch.testing.assert_close(running, defined, rtol=0, atol=1e-12)
    weights = normal(1, *running.shape)
    found = gradients(model, (running * weights).sum())
    expected = gradients(model, (defined * weights).sum())
    for f, e in zip(found, expected, strict=True):
        torch.testing.assert_close(f, e, rtol=0, atol=1e-11)


def test_work_is_linear_in_the_pixels():
    def work(n_dims):
        model, x = nade.NADE(n_dims, 32), torch.ones(2, n_dims)
        completing = count_operations(model.complete, x[:, : n_dims // 2], 0)
        assert completing < count_operations(model.sample, 2, 0)
        return [count_operations(f, x) for f in (model.logits, model.log_prob)] + [completing]

    for small, large in zip(work(64), work(256), strict=True):
        assert large < 4.5 * small


def test_completing_nothing_is_sampling():
    model = random_model(6, 4)
    assert torch.equal(model.complete(torch.zeros(50, 0, dtype=F64), 3), model.sample(50, 3))


def test_start_is_the_independent_model():
    x = random_bits(50, 6, seed=2)
    model = nade.NADE(6, 4, dtype=F64)
    model.init_independent_(x)
    mean = (x.sum(0) + 1) / 52
    expected = (x * mean.log() + (1 - x) * (1 - mean).log()).sum(1)
    torch.testing.assert_close(model.log_prob(x), expected)
    model.to("meta").init_independent_(x.to("meta"))  # nothing in it lies on the CPU


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("hidden", [[3], [400], [20, 4, 30]], ids=str)
def test_made_is_autoregressive_and_normalised_in_any_order(seed, hidden):
    n_dims = 6
    order = torch.randperm(n_dims, generator=seeded(seed))
    net = MADE([n_dims, *hidden, n_dims], [order], nade.made_masks, seed=seed, dtype=F64)
    assert net.log_prob(all_binary(n_dims, F64)).logsumexp(0).item() == pytest.approx(0, abs=1e-9)
    # Away from 0, where a ReLU has no gradient.
    x = 0.5 + torch.rand(1, n_dims, generator=seeded(seed), dtype=F64)
    jacobian = torch.autograd.functional.jacobian(lambda x: net.logits(x)[0], x)[:, 0]
    in_order = jacobian[order][:, order]
    assert torch.count_nonzero(in_order.triu()) == 0
    if hidden == [400]:
        assert (in_order.tril(-1) != 0).sum() == n_dims * (n_dims - 1) / 2


def test_made_samples_follow_its_probabilities():
    orders = [torch.tensor([2, 0, 3, 1]), torch.arange(4)]
    net = MADE([4, 20, 4], orders, nade.made_masks, dtype=F64)
    for k in (0, 1):
        exact = net.log_probs(all_binary(4, F64))[k]
        assert_frequencies(net.sample(20_000, seed=0, k=k), exact, tolerance=0.03)


def test_made_trains_on_the_orders_in_turn_and_scores_with_the_first():
    orders = [torch.arange(4), torch.tensor([3, 2, 1, 0])]
    net, x = MADE([4, 9, 4], orders, nade.made_masks), random_bits(5, 4, dtype=torch.float32)
    first, second = net.log_probs(x)
    net.train()
    for expected in (first, second, first):
        torch.testing.assert_close(net.log_prob(x), expected)
    net.eval()
    for _ in range(2):
        torch.testing.assert_close(net.log_prob(x), first)


def test_made_refuses_what_is_no_order():
    with pytest.raises(ValueError, match="order 0 is"):
        MADE([3, 4, 3], [torch.tensor([0, 0, 2])], nade.made_masks)
    with pytest.raises(ValueError, match="expected D units first"):
        nade.made_masks([3, 4, 2], torch.arange(3), 0)


def test_widget_adds_up_to_the_log_probability_of_the_sample():
    model = random_model(12, 5)
    x, p = ancestral_sampling.trace(model, 2, 0)
    figure = ancestral_sampling.draw(x[1], p[1], x[1], (3, 4), 12)
    nats = -model.log_prob(x)[1].item()
    assert f"{nats:.1f} nats" in figure.axes[-1].get_title()
