"""The training loop: schedule, averaged weights, early stop, time, progress, and NaN."""

import math
import time

import pytest
import torch
from torch import nn

from course_lib.kit.train import loop, match


def straight(n: int = 1) -> nn.Linear:
    """A network whose weights begin at 1, without bias."""
    network = nn.Linear(n, 1, bias=False)
    nn.init.ones_(network.weight)
    return network


def descent(network: nn.Linear, lr: float = 0.1):
    """An optimiser, and the step that minimises the square of the weights with it."""
    optimiser = torch.optim.SGD(network.parameters(), lr=lr)
    return optimiser, lambda _k: loop.minimise(network.weight.square().sum() / 2, optimiser)


def test_each_step_is_made_once_and_its_loss_is_kept():
    network = straight()
    optimiser, step = descent(network)
    made = loop.run(step, 60, [network], [optimiser])
    assert [loss for (loss,) in made.losses] == pytest.approx(
        [0.9 ** (2 * k) / 2 for k in range(60)], rel=1e-4
    )
    assert made.stopped == "steps"
    assert not network.training


def test_the_schedule_gets_the_share_that_is_over_and_scales_each_optimiser_s_own_rate():
    networks = [straight(), straight()]
    optimisers = [descent(network, lr)[0] for network, lr in zip(networks, (0.1, 0.4), strict=True)]
    seen, shares = [], []

    def step(_k):
        seen.append([optimiser.param_groups[0]["lr"] for optimiser in optimisers])
        return torch.zeros(2)

    def schedule(over):
        shares.append(over)
        return 1 - over

    loop.run(step, 4, networks, optimisers, schedule=schedule, names=["a", "b"])
    assert shares == [0, 0.25, 0.5, 0.75]
    assert seen == [[pytest.approx(0.1 * s), pytest.approx(0.4 * s)] for s in (1, 0.75, 0.5, 0.25)]


def test_with_a_time_limit_the_schedule_follows_the_time_and_the_run_stops():
    network, shares = straight(), []
    optimiser, _ = descent(network)

    def step(_k):
        time.sleep(0.02)
        return torch.zeros(())

    def schedule(over):
        shares.append(over)
        return 1.0

    made = loop.run(
        step, 10**6, [network], [optimiser], schedule=schedule, max_seconds=0.1, epoch=1000
    )
    assert made.stopped == "time"
    assert 1 <= len(made.losses) <= 5
    assert len(made.losses) == len(shares)
    assert shares == sorted(shares)
    assert made.seconds >= 0.1


def test_the_moving_average_is_that_of_the_formula_and_buffers_are_copied():
    layer, norm = straight(), nn.BatchNorm1d(1)
    network = nn.Sequential(layer, norm)
    optimiser = torch.optim.SGD(network.parameters(), lr=0.1)
    average = loop.MovingAverage(network, lambda k: k / 4)
    expected, weights = 1.0, layer.weight

    def step(k):
        network(torch.tensor([[1.0], [3.0]]))
        loss = loop.minimise(weights.square().sum() / 2, optimiser)
        nonlocal expected
        expected = k / 4 * expected + (1 - k / 4) * weights.item()
        return loss

    loop.run(step, 3, [network], [optimiser], average=average)
    averaged = average.network.state_dict()
    assert averaged["0.weight"].item() == pytest.approx(expected)
    assert averaged["0.weight"].item() != pytest.approx(weights.item())
    assert torch.equal(averaged["1.running_mean"], network.state_dict()["1.running_mean"])
    assert averaged["1.running_mean"].item() > 0


def test_a_gradient_is_shortened_to_the_norm_of_all_weights_together():
    network = straight(4)
    optimiser = torch.optim.SGD(network.parameters(), lr=1.0)
    loss = loop.minimise(30 * network.weight.sum(), optimiser, max_norm=2.0)
    assert not loss.requires_grad
    torch.testing.assert_close(network.weight.detach(), torch.zeros(1, 4), atol=1e-5, rtol=0)


@pytest.mark.parametrize("patience", [1, 3])
def test_patience_ends_the_run_and_the_best_weights_come_back(patience):
    network, values = straight(), iter([5.0, 4.0, 6.0, 6.0, 6.0, 6.0])
    optimiser, step = descent(network)
    made = loop.run(
        step, 12, [network], [optimiser], epoch=2, validate=lambda: next(values), patience=patience
    )
    assert made.stopped == "patience"
    assert made.best_epoch == 1
    assert len(made.valid) == 2 + patience
    assert network.weight.item() == pytest.approx(0.9**4)


@pytest.mark.parametrize("bad_step", [0, 24, 25, 40])
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_the_first_loss_that_is_not_finite_is_named_in_one_sentence(bad, bad_step):
    network = straight()
    optimiser, _ = descent(network, lr=0.02)

    def step(k):
        return torch.tensor([1.0, bad if k >= bad_step else 1.0])

    with pytest.raises(loop.TrainingError) as caught:
        loop.run(step, 60, [network], [optimiser], names=["a", "b"], epoch=10)
    said = str(caught.value)
    assert f"became {bad} in epoch {bad_step // 10 + 1}, step {bad_step + 1}:" in said
    assert "than lr=0.02" in said
    assert "logarithm of zero" in said
    assert "\n" not in said
    assert not network.training


def test_two_players_whose_loss_is_not_finite_stop_with_the_sentence():
    def step(*_):
        return torch.tensor(1.0), torch.tensor(math.nan)

    def draw(n, _rng):
        return torch.zeros(n, 1), torch.zeros(n, 1)

    with pytest.raises(loop.TrainingError, match="in epoch 1, step 1"):
        match.play(step, straight(), straight(), draw, steps=30)


def test_a_step_that_is_missing_says_so_before_a_bar_is_drawn(monkeypatch, capsys):
    monkeypatch.setenv("COURSE_QUIET", "0")
    network = straight()
    optimiser, _ = descent(network)

    def missing(_k):
        raise NotImplementedError("not implemented yet")

    with pytest.raises(NotImplementedError):
        loop.run(missing, 5, [network], [optimiser])
    assert capsys.readouterr().err == ""


def test_the_bar_shows_title_losses_and_validation_and_none_is_hidden(monkeypatch, capsys):
    monkeypatch.setenv("COURSE_QUIET", "0")
    network = straight()
    optimiser, step = descent(network)
    loop.run(step, 30, [network], [optimiser], validate=lambda: 0.25, names=["nats"], title="toy")
    shown = capsys.readouterr().err
    assert "toy: 100%" in shown
    assert "nats=" in shown
    assert "valid=0.25" in shown
    loop.run(step, 30, [network], [optimiser], title=None)
    assert capsys.readouterr().err == ""
