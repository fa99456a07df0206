"""Ten minutes of MNIST, in seconds: a run goes on where it stopped, and says what it measured."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import torch

from benchmarks import mnist, mnist_grey, mnist_models, mnist_table, page
from benchmarks.mnist_models import Images, Settings
from course_lib.kit.data.dataset import Dataset, Split
from course_lib.kit.measure import sample_quality

MODELS = mnist_models.known_models()
# One of each kind: of bits, with settings of its own, with draws in its objective, of levels.
OF_BITS = next(name for name, m in MODELS.items() if m.defaults["lr"] and not m.grey)
SIZED = next(name for name, m in MODELS.items() if "layers" in m.defaults and not m.grey)
DRAWS = next(name for name, m in MODELS.items() if "samples" in m.defaults and not m.grey)
OF_LEVELS = next(name for name, m in MODELS.items() if m.grey)
SMALL: dict[str, Any] = {
    **{"batch_size": 4, "hidden": 3, "layers": 2, "kernel": 3, "latent": 2, "samples": 5},
    **{"chain": 3},
}
RUNS = [
    (name, binarisation)
    for name, model in MODELS.items()
    for binarisation in (["grey"] if model.grey else ["fixed", "dynamic"])
]


@pytest.fixture
def images(monkeypatch):
    def part(n, seed):
        grey = torch.rand(n, 28, 28, generator=torch.Generator().manual_seed(seed))
        return Split((255 * grey).to(torch.uint8), torch.zeros(n, dtype=torch.long))

    monkeypatch.setenv("COURSE_DEVICE", "cpu")
    return Dataset("mnist", 256, part(12, 0), part(8, 1), part(8, 2), binarization="fixed")


def settings(model, binarisation="fixed", seconds=1e-9):
    small = {k: v for k, v in SMALL.items() if k == "batch_size" or k in MODELS[model].defaults}
    return Settings(model, binarisation, seconds, MODELS[model].defaults["lr"], **small)


@pytest.mark.parametrize(
    ("model", "binarisation", "precision"),
    [(*run, "float32") for run in RUNS] + [(*run, "bf16") for run in RUNS if run[1] != "dynamic"],
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
    if MODELS[model].grey:
        # Uniform noise costs 8 bits; with twelve images, histograms believe in what they saw.
        assert 8 < result["test_bits_per_dim"] < 20
        assert mnist_table.grey_row(result).count("|") == 8
    else:
        assert 400 < result["test_nats"] < 700
        assert (result["test_nats_are"] == "exact") == ("test_elbo" not in result)
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


def test_a_model_of_bits_is_not_given_grey_levels(monkeypatch):
    for name, protocol in ((OF_BITS, "grey"), (OF_LEVELS, "fixed")):
        wrong = ["mnist.py", "--model", name, "--binarisation", protocol]
        monkeypatch.setattr("sys.argv", wrong)
        with pytest.raises(SystemExit, match="is a model of"):
            mnist.chosen(mnist.arguments())


def test_an_interrupted_run_goes_on_with_the_same_batches(images, tmp_path):
    whole = mnist.Run(settings(DRAWS, "dynamic", 1e9), tmp_path / "whole", images)
    take_steps(whole, 5)
    first = mnist.Run(settings(DRAWS, "dynamic", 1e9), tmp_path, images)
    take_steps(first, 3)
    first.save()
    second = mnist.Run(settings(DRAWS, "dynamic", 1e9), tmp_path, images)
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
    run = mnist.Run(settings(OF_BITS), tmp_path, images)
    run.train()
    other = mnist.Run(replace(settings(OF_BITS), lr=0.5), tmp_path, images)
    other.load()
    assert other.step == 0


def test_dynamic_bits_change_from_epoch_to_epoch_and_fixed_ones_do_not():
    grey = torch.full((4, 784), 128, dtype=torch.uint8)
    bits = (grey > 100).float()
    fixed = Images(bits, None, settings(OF_BITS))
    dynamic = Images(bits, grey, settings(OF_BITS))
    assert torch.equal(fixed.batch(0), fixed.batch(1))
    assert not torch.equal(dynamic.batch(0), dynamic.batch(1))
    assert torch.equal(dynamic.batch(1), dynamic.batch(1))
    assert dynamic.batch(0).mean().item() == pytest.approx(0.5, abs=0.05)


def test_file_names_tell_protocols_and_sizes_apart():
    names = {
        mnist_models.file_name(s)
        for s in (
            settings(DRAWS),
            settings(DRAWS, "dynamic"),
            settings(OF_BITS),
            settings(SIZED),
            replace(settings(SIZED), layers=3),
        )
    }
    assert len(names) == 5


def test_the_pages_tables_are_those_of_the_results():
    written = page.page_with("mnist", mnist_table.markdown(mnist_table.results()))
    assert written == page.PAGE.read_text(encoding="utf-8"), (
        "run `python benchmarks/mnist_table.py`"
    )


def test_fixed_and_dynamic_binarisation_stand_in_separate_tables():
    _, dynamic = mnist_table.markdown(mnist_table.results()).split(mnist_table.HEADINGS["dynamic"])
    published = [model.published for model in MODELS.values()]
    assert sum(text["dynamic"] in dynamic for text in published if "dynamic" in text) == 1
    assert not any(text["fixed"] in dynamic for text in published if "fixed" in text)
