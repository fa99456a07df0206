"""The straightforward versions compute what the solutions compute, and every comparison runs."""

from __future__ import annotations

import json

import pytest
import torch

from benchmarks import models, page
from benchmarks.comparisons import SMALL, comparisons

CPU = torch.device("cpu")
COMPARED = [
    (comparison, other)
    for comparison in comparisons()
    if (ways := comparison.make(SMALL, CPU)).same
    for other in ways.others
]


def results(comparison, choose):
    """What three calls of a freshly made way give: later losses depend on the gradients, too."""
    work = choose(comparison.make(SMALL, CPU))
    return [work() for _ in range(3)]


@pytest.mark.parametrize(
    ("comparison", "other"), COMPARED, ids=[f"{c.what}: {other}" for c, other in COMPARED]
)
def test_straightforward_code_gives_the_solutions_numbers(comparison, other):
    ours = results(comparison, lambda ways: ways.ours)
    theirs = results(comparison, lambda ways: ways.others[other])
    torch.testing.assert_close(theirs, ours, rtol=1e-5, atol=1e-5)
    if "step" in comparison.what:
        assert ours[0] != ours[1]


def test_every_comparison_runs_and_is_written_down(tmp_path, capsys):
    models.main(["--quick", "--rounds", "2", "--device", "cpu", "--out", str(tmp_path / "m.json")])
    result = json.loads((tmp_path / "m.json").read_text(encoding="utf-8"))
    assert {line["what"] for line in result["lines"]} == {c.what for c in comparisons()}
    assert all(line["ours_ms"] >= 0 and line["floor_ms"] > 0 for line in result["lines"])
    first = comparisons()[0].what
    assert models.markdown(result).count(f"\n| {first} |") == 1
    assert first.partition(",")[0] in capsys.readouterr().out


def test_the_pages_table_is_that_of_the_last_whole_run():
    result = page.kept("models")
    written = page.page_with("models", models.markdown(result))
    text = page.PAGE.read_text(encoding="utf-8")
    assert written == text, "run `python benchmarks/models.py --threads 1`"
    measured = [line["what"] for line in result["lines"]]
    assert list(dict.fromkeys(measured)) == [c.what for c in comparisons()]
