"""The straightforward versions compute what the solutions compute, and every comparison runs."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torch

from autograder.authoring.reference import reference
from benchmarks import models
from benchmarks import straightforward as plain
from benchmarks.comparisons import COMPARISONS, SMALL, made
from course_lib.lectures.rnn.recurrent import CharLSTM

F64 = torch.float64
X = (torch.rand(5, 20, generator=torch.Generator().manual_seed(1)) < 0.4).double()
TEXT = torch.randint(7, (3, 9), generator=torch.Generator().manual_seed(2))


def draw(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(3), dtype=F64)


@pytest.fixture
def fvsbn():
    return reference("chain_rule").FVSBN(20, seed=1, dtype=F64, scale=0.5)


@pytest.fixture
def nade():
    model = reference("nade").NADE(20, 6, seed=1, dtype=F64)
    model.V.data.copy_(draw(20, 6))
    model.c.data.copy_(draw(6))
    return model


@pytest.fixture
def params():
    return tuple(draw(*shape) for shape in ((5, 7), (5, 5), (5,), (7, 5), (7,)))


@pytest.fixture
def lstm():
    return CharLSTM(7, 5, reference("rnn").one_hot, seed=1).double()


def gradients(value, parameters):
    return torch.autograd.grad(value.sum(), list(parameters))


def test_separate_layers_are_the_masked_product(fvsbn):
    other = plain.SeparateFVSBN(fvsbn)
    torch.testing.assert_close(other.log_prob(X), fvsbn.log_prob(X))
    grad_b = torch.cat(gradients(other.log_prob(X), [other.first, *(m.bias for m in other.rest)]))
    torch.testing.assert_close(grad_b, gradients(fvsbn.log_prob(X), [fvsbn.b])[0])


def test_separate_layers_run_anew_draw_the_same_images(fvsbn):
    other = plain.SeparateFVSBN(fvsbn)
    like = torch.zeros(4, 20, dtype=F64)
    torch.testing.assert_close(
        plain.sample_by_logits(other.logits, like, seed=5), fvsbn.sample(4, seed=5)
    )


@pytest.mark.parametrize("logits", [plain.nade_logits_by_pixel, plain.nade_logits_by_cumsum])
def test_nade_in_one_loop_or_none_has_the_same_values_and_gradients(nade, logits):
    torch.testing.assert_close(logits(nade, X), nade.logits(X))
    ours = gradients(nade.logits(X), nade.parameters())
    torch.testing.assert_close(gradients(logits(nade, X), nade.parameters()), ours)


def test_nade_run_anew_draws_the_same_images(nade):
    like = torch.zeros(4, 20, dtype=F64)
    torch.testing.assert_close(
        plain.sample_by_logits(nade.logits, like, seed=5), nade.sample(4, seed=5)
    )


def test_made_run_anew_draws_the_same_images():
    model, like = made(SMALL, torch.device("cpu")).double(), torch.zeros(6, SMALL.n_dims, dtype=F64)
    drawn = model.sample(6, seed=5)
    assert 0 < drawn.mean() < 1
    torch.testing.assert_close(plain.sample_by_logits(model.logits, like, seed=5), drawn)


def test_a_text_read_step_by_step_has_the_same_probability(params, lstm):
    torch.testing.assert_close(
        plain.rnn_log_prob_by_step(TEXT, params), reference("rnn").sequence_log_prob(TEXT, params)
    )
    torch.testing.assert_close(
        plain.lstm_log_prob_by_step(lstm, TEXT), lstm.character_log_prob(TEXT).sum(1)
    )


def test_a_text_read_anew_for_each_character_goes_on_alike(params, lstm):
    rest: dict[str, Any] = {"length": 12, "temperature": 0.9, "seed": 4}
    ours = reference("rnn").sample(params, TEXT, **rest)
    assert torch.equal(plain.rnn_sample_by_prefix(params, TEXT, **rest), ours)
    assert torch.equal(plain.lstm_sample_by_prefix(lstm, TEXT, **rest), lstm.sample(TEXT, **rest))


def test_the_bound_draw_by_draw_is_the_bound():
    functions = reference("vae")
    model, eps = functions.VAE(20, 3, 6, seed=1, dtype=F64), draw(4, 5, 3)
    torch.testing.assert_close(
        plain.iwae_by_draw(model, X, eps), functions.iwae_bound(model.log_weights(X, eps))
    )


def test_every_comparison_runs_and_is_written_down(tmp_path, capsys):
    models.main(["--quick", "--rounds", "2", "--device", "cpu", "--out", str(tmp_path / "m.json")])
    result = json.loads((tmp_path / "m.json").read_text(encoding="utf-8"))
    assert {line["what"] for line in result["lines"]} == {c.what for c in COMPARISONS}
    assert all(line["ours_ms"] >= 0 and line["floor_ms"] > 0 for line in result["lines"])
    assert models.markdown(result).count("\n| NADE, training step |") == 2
    assert "NADE" in capsys.readouterr().out


def test_a_gan_step_that_runs_the_generator_twice_leaves_the_same_weights():
    gan = reference("gan")
    real, z = X[:, :8], draw(5, 3)
    ended = []
    for train in (gan.train_step, plain.gan_step):
        players = (
            gan.Generator(3, 8, 6, seed=1, dtype=F64),
            gan.Discriminator(8, 6, seed=2, dtype=F64),
        )
        g_opt, d_opt = (torch.optim.SGD(p.parameters(), lr=0.1) for p in players)
        losses = [train(*players, g_opt, d_opt, real, z) for _ in range(2)]
        ended.append((losses, [p.detach() for player in players for p in player.parameters()]))
    torch.testing.assert_close(ended[0], ended[1])


def test_a_gradient_for_each_example_gives_the_same_penalty():
    wgan = reference("wgan")
    critic = wgan.Critic(8, (6,)).double()
    real, fake, eps = X[:, :8], draw(5, 8), X[:, 9] * 0.5 + 0.2
    values = [
        f(critic, real, fake, eps)
        for f in (wgan.gradient_penalty, plain.gradient_penalty_by_example)
    ]
    torch.testing.assert_close(*values)
    torch.testing.assert_close(*(gradients(v, list(critic.parameters())[:1]) for v in values))


def test_a_pass_for_each_coordinate_scores_the_same():
    flows = reference("flows")
    conditioner, x = flows.Conditioner(6, 9, seed=1, dtype=F64), draw(4, 6)
    torch.testing.assert_close(
        plain.maf_inverse_by_coordinate(x, conditioner), flows.maf_inverse(x, conditioner)
    )


def test_the_pages_table_is_that_of_the_last_whole_run():
    page = models.PAGE.read_text(encoding="utf-8")
    result = json.loads(models.RESULTS.read_text(encoding="utf-8"))
    table = models.markdown(result)
    written = models.with_table(page, table, models.BEGIN, models.END)
    assert written == page, "run `python benchmarks/models.py --threads 1`"
    measured = [line["what"] for line in result["lines"]]
    assert list(dict.fromkeys(measured)) == [c.what for c in COMPARISONS]
