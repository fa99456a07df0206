"""What can be held without a GPU: the ways that are compared do the same, and the page says so."""

from __future__ import annotations

import pytest
import torch

from autograder.paths import ROOT
from benchmarks import gpu, mnist_models, page
from benchmarks.comparisons import SMALL, comparisons
from benchmarks.timing import Clock

CPU = torch.device("cpu")


MODELS = mnist_models.known_models()
# Those that draw bits with `torch.rand` only, hundreds of steps one after the other.
IN_LOOPS = [name for name, m in MODELS.items() if not m.grey and "latent" not in m.defaults]


def sampler(name, device=CPU):
    s = mnist_models.Settings(name, "fixed", 1, 1e-2, hidden=4, layers=3, kernel=3, seed=1)
    model = MODELS[name].build(s, mnist_models.SIDE**2).to(device)
    return lambda seed: model.sample(3, seed)


@pytest.mark.parametrize("name", IN_LOOPS)
def test_a_recorded_loop_draws_what_the_solution_draws(name):
    sample, draws = sampler(name), gpu.PremadeDraws(CPU)
    with draws:
        first = sample(3)
    assert torch.equal(first, sample(3))
    draws.draw_anew(4)
    with draws:  # the loop as it was recorded, with other numbers in its memory
        again = sample(3)
    assert torch.equal(again, sample(4))
    assert not torch.equal(again, first)


@pytest.mark.parametrize("comparison", comparisons(), ids=lambda c: c.what)
def test_every_way_but_the_gpus_own_runs(comparison):
    # A CPU's library has no LSTM of six units in bf16; compiling takes a quarter of a minute.
    left_out = (gpu.COMPILED, *(["bf16"] if "LSTM" in comparison.what else []))
    line = gpu.measure(comparison, SMALL, Clock(CPU), 2, leave_out=left_out)
    assert set(line.others) == set(gpu.ways(int, comparison.what, CPU)) - set(left_out)
    assert all(isinstance(value, tuple) for value in line.others.values()), line.others
    assert len(gpu.cells(line)) == 5


def test_a_way_that_fails_says_so_in_the_table(capsys):
    broken = {"bf16": lambda: "".index("a")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gpu, "ways", lambda *a: broken)
        line = gpu.measure(comparisons()[0], SMALL, Clock(CPU), 2)
    assert line.others == {"bf16": "fails: ValueError"}
    assert "fails: ValueError" in gpu.cells(line)
    assert comparisons()[0].what in capsys.readouterr().err


def test_the_page_has_the_table_with_the_cards_name_or_says_that_there_is_none():
    text, result = page.PAGE.read_text(encoding="utf-8"), page.kept("gpu")
    assert page.page_with("gpu", gpu.markdown(result)) == text, "run `python benchmarks/gpu.py`"
    assert (gpu.NOT_YET in text) == (result is None)


def test_a_kept_table_names_the_card():
    line = {"what": "NADE, samples", "float32": [50.0, 1.0], "others": {"CUDA graph": [5.0, 0.1]}}
    text = gpu.markdown({"device": "GPU Some Card, 80 GiB", "date": "2026-01-01", "lines": [line]})
    assert "Some Card" in text
    assert "| NADE, samples | 50 ± 1 | – | – | 5 ± 0.1 (10×) |" in text


def test_without_a_gpu_the_program_says_so(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(SystemExit, match="no CUDA device"):
        gpu.main([])


def test_runs_on_a_gpu_do_not_replace_those_of_a_cpu():
    settings = mnist_models.Settings(IN_LOOPS[0], "fixed", 600, 1e-2)
    assert mnist_models.file_name(settings, "cuda") != mnist_models.file_name(settings, "cpu")


def test_make_gpu_runs_the_tests_and_the_benchmarks():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = makefile.partition("\ngpu:")[2].partition("\n\n")[0]
    for part in ("-m gpu", "benchmarks/gpu.py", "benchmarks/mnist.py", "--precision bf16"):
        assert part in recipe


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("name", IN_LOOPS)
def test_a_cuda_graph_draws_what_the_solution_draws(name):
    cuda = torch.device("cuda")
    sample = sampler(name, cuda)
    graph = gpu.Graph(lambda: sample(3), cuda)
    torch.testing.assert_close(graph(), sample(3))
