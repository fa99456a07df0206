"""Ten minutes of MNIST, in seconds: a run goes on where it stopped, and says what it measured."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch

from benchmarks import mnist, mnist_models, mnist_table
from benchmarks.mnist_models import DEFAULTS, Images, Settings
from course_lib.kit.data.dataset import Dataset, Split

SMALL = {"batch_size": 4, "hidden": 3, "layers": 2, "kernel": 3, "latent": 2, "samples": 5}


@pytest.fixture
def images(monkeypatch):
    def part(n, seed):
        grey = torch.rand(n, 28, 28, generator=torch.Generator().manual_seed(seed))
        return Split((255 * grey).to(torch.uint8), torch.zeros(n, dtype=torch.long))

    monkeypatch.setenv("COURSE_DEVICE", "cpu")
    return Dataset("mnist", 256, part(12, 0), part(8, 1), part(8, 2), binarization="fixed")


def settings(model, binarisation="fixed", seconds=1e-9):
    small = {k: v for k, v in SMALL.items() if k == "batch_size" or k in DEFAULTS[model]}
    return Settings(model, binarisation, seconds, **({"lr": DEFAULTS[model]["lr"]} | small))


@pytest.mark.parametrize("binarisation", ["fixed", "dynamic"])
@pytest.mark.parametrize("model", DEFAULTS)
def test_every_model_trains_and_is_evaluated(model, binarisation, images, tmp_path):
    run = mnist.Run(settings(model, binarisation), tmp_path, images)
    run.train()
    result = run.evaluate()
    assert run.step == (0 if model == "independent" else 1)
    assert 400 < result["test_nats"] < 700
    assert (result["test_nats_are"] == "exact") == (model != "vae")
    assert json.loads(json.dumps(result)) == result
    assert mnist_table.row(result).count("|") == 8


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
