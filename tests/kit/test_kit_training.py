"""Training finds the maximum likelihood, keeps the best weights and stops when told."""

import math
import time

import pytest
import torch
from torch import nn

from course_lib.kit import train
from course_lib.kit.train import loop


class Independent(nn.Module):
    """p(x) = ∏ Bernoulli(σ(b_d)): its maximum likelihood is the pixels' means."""

    def __init__(self, n_dims: int = 6) -> None:
        super().__init__()
        self.b = nn.Parameter(torch.zeros(n_dims))

    def log_prob(self, x):
        return (x * self.b - nn.functional.softplus(self.b)).sum(1)


class Noisy(Independent):
    """Draws while it is trained, as dropout does."""

    def log_prob(self, x):
        return super().log_prob(x + (0.1 * torch.randn_like(x) if self.training else 0.0))


def bits(n: int, seed: int = 0, n_dims: int = 6) -> torch.Tensor:
    g = torch.Generator().manual_seed(seed)
    return (torch.rand(n, n_dims, generator=g) < torch.linspace(0.1, 0.9, n_dims)).float()


def entropy(p: torch.Tensor) -> float:
    return -(p * p.log() + (1 - p) * (1 - p).log()).sum().item()


def test_it_reaches_the_maximum_likelihood():
    x = bits(400)
    model = Independent()
    history = train.fit(model, x, epochs=60, lr=0.1)
    assert train.mean_nll(model, x) == pytest.approx(entropy(x.mean(0)), abs=1e-3)
    assert len(history.train) == 60
    assert history.valid == []
    assert history.best_epoch == 59
    assert history.stopped == "epochs"


def test_the_first_epoch_s_nats_are_those_of_the_batches_as_seen():
    # At a learning rate of zero they are the untrained model's: D log 2, however x is cut.
    history = train.fit(Independent(), bits(130), epochs=1, lr=0.0, batch_size=50)
    assert history.train == [pytest.approx(6 * math.log(2), abs=1e-5)]


def test_a_second_run_gives_the_same_weights_and_leaves_the_global_seed_alone():
    models = []
    for global_seed in (1, 2):
        torch.manual_seed(global_seed)
        before = torch.get_rng_state()
        model = Noisy()
        train.fit(model, bits(100), bits(50, 1), epochs=3, batch_size=16, seed=5)
        assert torch.equal(torch.get_rng_state(), before)
        models.append(model)
    assert torch.equal(models[0].b, models[1].b)
    other = Noisy()
    train.fit(other, bits(100), bits(50, 1), epochs=3, batch_size=16, seed=6)
    assert not torch.equal(models[0].b, other.b)


def test_the_best_validation_weights_come_back():
    # Three training examples: the model overfits, and validation turns.
    few, valid = bits(3, 3), bits(300, 4)
    model = Independent()
    history = train.fit(model, few, valid, epochs=500, lr=0.2, patience=5)
    assert history.best_epoch > 0
    assert history.stopped == "patience"
    assert "no better since" in repr(history)
    assert min(history.valid) == history.valid[history.best_epoch]
    assert train.mean_nll(model, valid) == pytest.approx(min(history.valid), abs=1e-6)


def test_time_that_is_over_stops_in_the_middle_of_an_epoch():
    class Slow(Independent):
        def log_prob(self, x):
            time.sleep(0.02)
            return super().log_prob(x)

    history = train.fit(Slow(), bits(1000), bits(10), epochs=50, batch_size=10, max_seconds=0.15)
    assert history.stopped == "time"
    assert len(history.train) == len(history.valid) == 1
    assert 0.15 <= history.seconds < 1.5
    assert "out of time" in repr(history)


def test_an_interrupted_run_keeps_the_best_weights():
    class Impatient(Independent):
        calls = 0

        def log_prob(self, x):
            self.calls += 1
            if self.calls == 12:
                raise KeyboardInterrupt
            return super().log_prob(x)

    model = Impatient()
    with pytest.raises(KeyboardInterrupt):
        train.fit(model, bits(400), bits(50), epochs=20, lr=0.05)
    assert not model.training
    # Two epochs of four batches were validated; the third's steps are undone.
    reference = Independent()
    train.fit(reference, bits(400), bits(50), epochs=2, lr=0.05)
    assert torch.equal(model.b, reference.b)


def test_a_validation_loss_that_is_not_finite_is_called_one():
    class Certain(Independent):
        def log_prob(self, x):
            return super().log_prob(x) if self.training else super().log_prob(x) - torch.inf

    with pytest.raises(train.TrainingError, match="validation loss became inf in epoch 1"):
        train.fit(Certain(), bits(100), bits(20), epochs=2)


@pytest.mark.parametrize(
    ("log_prob", "message"),
    [
        (lambda m, x: m.log_prob(x)[:, None], r"shape \(50, 1\) for 50 examples; expected \(50,\)"),
        (lambda m, x: m.log_prob(x).mean(), r"shape \(\) for 50 examples"),
        (lambda m, x: m.log_prob(x).detach(), "no gradient"),
    ],
)
def test_a_log_prob_that_cannot_be_trained_is_explained(log_prob, message):
    with pytest.raises(ValueError, match=message):
        train.fit(Independent(), bits(50), epochs=1, log_prob=log_prob)


@pytest.mark.parametrize(("n", "options"), [(0, {}), (5, {"batch_size": 0}), (5, {"epochs": 0})])
def test_nothing_to_do_is_an_error(n, options):
    with pytest.raises(ValueError, match="expected at least one of each"):
        train.fit(Independent(), bits(n), **{"epochs": 1, **options})


def test_patience_without_validation_data_is_an_error():
    with pytest.raises(ValueError, match="patience=3 needs validation data"):
        train.fit(Independent(), bits(5), epochs=1, patience=3)


def test_another_objective_can_be_given():
    def half(model, x):
        return model.log_prob(x[:, :3].repeat(1, 2)) / 2

    x = bits(200)
    model = Independent()
    train.fit(model, x, epochs=60, lr=0.1, log_prob=half)
    assert train.mean_nll(model, x, log_prob=half) == pytest.approx(
        entropy(x.mean(0)[:3]), abs=1e-3
    )


def test_weight_decay_pulls_weights_to_zero():
    plain, decayed = Independent(), Independent()
    train.fit(plain, bits(200), epochs=40, lr=0.05)
    train.fit(decayed, bits(200), epochs=40, lr=0.05, weight_decay=1.0)
    assert decayed.b.norm() < 0.8 * plain.b.norm()


def test_mean_nll_does_not_depend_on_the_batches_and_leaves_the_mode():
    model, x = Independent(), bits(101)
    model.train()
    values = [train.mean_nll(model, x, batch_size=b) for b in (1, 7, 500)]
    assert values == [pytest.approx(6 * math.log(2), abs=1e-5)] * 3
    assert model.training
    each = train.example_nll(model, x)
    assert each.shape == (101,)
    assert not each.requires_grad


def test_standard_error_is_s_over_root_n():
    values = torch.tensor([1.0, 2.0, 3.0, 6.0])
    assert train.standard_error(values) == pytest.approx(math.sqrt(14 / 3) / 2)
    with pytest.raises(ValueError, match="at least two"):
        train.standard_error(values[:1])


def test_a_history_is_one_line():
    assert repr(train.History()) == "History(no epoch yet)"
    history = train.fit(Independent(), bits(50), bits(20), epochs=2)
    line = repr(history)
    assert "\n" not in line
    assert "nats after epoch 2 of 2" in line
    assert f"valid {history.valid[1]:.2f}" in line


def test_quiet_is_quiet(capsys):
    train.fit(Independent(), bits(50), epochs=2)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("n_batches", [1, 24, 25, 26, 51])
def test_the_bar_counts_each_batch_once(monkeypatch, n_batches):
    seen = []

    class Bar(loop.tqdm):
        def update(self, n=1):
            seen.append(n)
            return super().update(n)

    monkeypatch.setattr(loop, "tqdm", Bar)
    train.fit(Independent(), bits(n_batches * 2), epochs=2, batch_size=2)
    assert sum(seen) == 2 * n_batches


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_gives_what_the_cpu_gives():
    results = {}
    for where in ("cpu", "cuda"):
        model = Independent()
        history = train.fit(model, bits(400), bits(100, 1), epochs=10, device=where)
        assert model.b.device.type == where
        results[where] = history.valid
    assert results["cuda"] == pytest.approx(results["cpu"], abs=1e-4)
