"""Ten minutes of MNIST, in seconds: a run goes on where it stopped, and says what it measured."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest
import torch

from benchmarks import mnist, mnist_grey, mnist_models, mnist_table
from benchmarks.mnist_models import DEFAULTS, GREY, Images, Settings
from course_lib.kit.data.dataset import Dataset, Split
from course_lib.kit.measure import sample_quality

SMALL: dict[str, Any] = {
    **{"batch_size": 4, "hidden": 3, "layers": 2, "kernel": 3, "latent": 2, "samples": 5},
    **{"chain": 3},
}
RUNS = [
    (model, binarisation)
    for model in DEFAULTS
    for binarisation in (["grey"] if model in GREY else ["fixed", "dynamic"])
]


@pytest.fixture
def images(monkeypatch):
    def part(n, seed):
        grey = torch.rand(n, 28, 28, generator=torch.Generator().manual_seed(seed))
        return Split((255 * grey).to(torch.uint8), torch.zeros(n, dtype=torch.long))

    monkeypatch.setenv("COURSE_DEVICE", "cpu")
    return Dataset("mnist", 256, part(12, 0), part(8, 1), part(8, 2), binarization="fixed")


def settings(model, binarisation="fixed", seconds=1e-9):
    small = {k: v for k, v in SMALL.items() if k == "batch_size" or k in DEFAULTS[model]}
    return Settings(model, binarisation, seconds, DEFAULTS[model]["lr"], **small)


@pytest.mark.parametrize(
    ("model", "binarisation", "precision"),
    [(*run, "float32") for run in RUNS]
    + [(*run, "bf16") for run in RUNS if run[0] in ("nade", "pixelcnn", "maf", "ddpm")],
)
def test_every_model_trains_and_is_evaluated(
    model, binarisation, precision, images, tmp_path, monkeypatch
):
    monkeypatch.setattr(mnist_grey, "quality", lambda *a: DISTANCES)
    chosen = replace(settings(model, binarisation), precision=precision)
    run = mnist.Run(chosen, tmp_path, images)
    run.train()
    result = run.evaluate()
    assert run.step == (0 if model == "independent" else 1)
    assert json.loads(json.dumps(result)) == result
    if model in GREY:
        # Uniform noise costs 8 bits; with twelve images, histograms believe in what they saw.
        assert 8 < result["test_bits_per_dim"] < 20
        assert mnist_table.grey_row(result).count("|") == 8
    else:
        assert 400 < result["test_nats"] < 700
        assert (result["test_nats_are"] == "exact") == (model != "vae")
        assert mnist_table.row(result).count("|") == 7


DISTANCES = {"frechet": 9.0, "frechet_error": 0.5, "frechet_floor": 1.0, "frechet_gmm20": 3.0}


def test_grey_models_are_judged_beside_held_out_images_and_a_mixture(images, monkeypatch):
    class Drawn:
        def generate(self, n, seed):
            return images.test.images.flatten(1).float().repeat(n, 1)[:n] / 255

    monkeypatch.setattr(sample_quality, "_STEPS", 3)
    # Eight images are too few for a mixture of twenty.
    monkeypatch.setattr(mnist_grey.Judge, "gmm", lambda self, k: Mixture())
    found = mnist_grey.quality(Drawn(), images)
    assert found["frechet"] == pytest.approx(found["frechet_floor"], abs=0.01)
    assert found["frechet_gmm20"] == 3.0


class Mixture:
    distance = 3.0


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
    model = mnist_grey.GreyFlow(identity, 784, draws=2)
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


def test_a_ddpms_bound_is_the_entropy_of_gaussian_levels():
    """The untrained network is the exact denoiser, so that nothing lies between the two."""
    rng = torch.Generator().manual_seed(0)
    x = (128 + 30 * torch.randn(300, 784, generator=rng)).round().clamp(0, 255)
    model = mnist_grey.GreyDDPM(4, 20, seed=0)
    model.init_independent_(x)
    model.eval()
    torch.manual_seed(1)
    bits = -model.bound(x[:20]).mean() / (784 * math.log(2))
    assert bits == pytest.approx(math.log2(30 * math.sqrt(2 * math.pi * math.e)), abs=0.03)


def test_a_model_of_bits_is_not_given_grey_levels(monkeypatch):
    for wrong in (
        ["--model", "nade", "--binarisation", "grey"],
        ["--model", "maf", "--bin", "fixed"],
    ):
        monkeypatch.setattr("sys.argv", ["mnist.py", *wrong])
        with pytest.raises(SystemExit, match="is a model of"):
            mnist.chosen(mnist.arguments())


def test_an_interrupted_run_goes_on_with_the_same_batches(images, tmp_path):
    whole = mnist.Run(settings("vae", "dynamic", 1e9), tmp_path / "whole", images)
    take_steps(whole, 5)
    first = mnist.Run(settings("vae", "dynamic", 1e9), tmp_path, images)
    take_steps(first, 3)
    first.save()
    second = mnist.Run(settings("vae", "dynamic", 1e9), tmp_path, images)
    second.load()
    take_steps(second, 2)
    assert second.step == 5
    for ours, theirs in zip(second.model.parameters(), whole.model.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs)


def take_steps(run, n):
    """As many steps as in so many tiny stretches of time."""
    for _ in range(n):
        run._train_until(run.spent + 1e-12, mnist.tqdm(disable=True, total=1e9))


def test_a_checkpoint_of_other_settings_is_left_alone(images, tmp_path):
    run = mnist.Run(settings("fvsbn"), tmp_path, images)
    run.train()
    other = mnist.Run(replace(settings("fvsbn"), lr=0.5), tmp_path, images)
    other.load()
    assert other.step == 0


def test_dynamic_bits_change_from_epoch_to_epoch_and_fixed_ones_do_not():
    grey = torch.full((4, 784), 128, dtype=torch.uint8)
    bits = (grey > 100).float()
    fixed = Images(bits, None, settings("nade"))
    dynamic = Images(bits, grey, settings("nade"))
    assert torch.equal(fixed.batch(0), fixed.batch(1))
    assert not torch.equal(dynamic.batch(0), dynamic.batch(1))
    assert torch.equal(dynamic.batch(1), dynamic.batch(1))
    assert dynamic.batch(0).mean().item() == pytest.approx(0.5, abs=0.05)


def test_file_names_tell_protocols_and_sizes_apart():
    names = {
        mnist_models.file_name(s)
        for s in (
            settings("vae"),
            settings("vae", "dynamic"),
            settings("nade"),
            settings("pixelcnn"),
            replace(settings("pixelcnn"), layers=3),
        )
    }
    assert len(names) == 5


def test_the_pages_tables_are_those_of_the_results():
    page = mnist_table.PAGE.read_text(encoding="utf-8")
    table = mnist_table.markdown(mnist_table.results())
    written = mnist_table.with_table(page, table, mnist_table.BEGIN, mnist_table.END)
    assert written == page, "run `python benchmarks/mnist_table.py`"


def test_fixed_and_dynamic_binarisation_stand_in_separate_tables():
    _, dynamic = mnist_table.markdown(mnist_table.results()).split(mnist_table.HEADINGS["dynamic"])
    assert "86.76" in dynamic
    assert not any(figure in dynamic for figure in ("97.45", "88.33", "81.30"))
