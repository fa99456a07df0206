"""The tables of `README.md` from `results/mnist-*.json`: `python benchmarks/mnist_table.py`.

One table for images that were binarised once, one for images binarised anew for each batch, one for
grey levels: the figures of one do not belong into the other.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks import page
from benchmarks.mnist_models import known_models

HEADINGS = {
    "fixed": "Binarised once (“fixed”):",
    "dynamic": "Training images binarised anew for each batch (“dynamic”):",
}
GREY = "Grey levels, all 256 of them:"
COLUMNS = "| training, s | epochs | ms a sample |"


def results(folder: Path = page.RESULTS) -> list[dict[str, Any]]:
    """What `mnist.py` has written, the weakest model first."""
    files = sorted(folder.glob("mnist-*.json"))
    found = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    return sorted(found, key=lambda r: -r.get("test_nats", r.get("test_bits_per_dim")))


def name(result: dict[str, Any]) -> str:
    """The model in words; on what it ran, where that is not plain float32."""
    words = known_models()[result["model"]].words.format(**result)
    precision = result.get("precision", "float32")
    words += f", {precision}" if precision != "float32" else ""
    words += ", compiled" if result.get("compiled") else ""
    _, gpu, card = result["device"].partition("GPU ")
    return words + (f" ({card.partition(',')[0]})" if gpu else "")


def effort(result: dict[str, Any]) -> str:
    """The cells of `COLUMNS`."""
    seconds = f"{result['training_seconds']:.0f}"
    if result["seconds_are"].startswith("wall"):
        seconds += f", {result['seconds_are']}"
    ms = result["ms_per_sample"]
    digits = 0 if ms >= 10 else 1 if ms >= 1 else 2
    return f"| {seconds} | {result['epochs']:.1f} | {ms:.{digits}f} |"


def row(result: dict[str, Any]) -> str:
    """A line of a table of bits."""
    nats = f"{result['test_nats']:.2f} ± {result['standard_error']:.2f}"
    if "test_elbo" in result:
        nats = f"≤ {nats} ({result['samples']} draws; −ELBO {-result['test_elbo']:.2f})"
    published = known_models()[result["model"]].published.get(result["binarisation"], "–")
    return f"| {name(result)} | {nats} {effort(result)} {published} |"


def grey_row(result: dict[str, Any]) -> str:
    """A line of the table of grey levels."""
    bits = f"≤ {result['test_bits_per_dim']:.3f} ± {result['standard_error']:.3f}"
    distance = f"{result['frechet']:.1f} ± {result['frechet_error']:.1f}"
    beside = f"{result['frechet_floor']:.1f}, {result['frechet_gmm20']:.1f}"
    return f"| {name(result)} | {bits} | {distance} | {beside} {effort(result)}"


def markdown(found: list[dict[str, Any]]) -> str:
    """The tables; a bound is marked "≤"."""
    lines = []
    for binarisation, heading in HEADINGS.items():
        lines += ["", heading, "", f"| model | test nats {COLUMNS} published, same protocol |"]
        lines += ["|---|---|---:|---:|---:|---|"]
        lines += [row(result) for result in found if result["binarisation"] == binarisation]
    quality = "Fréchet distance of samples | of held-out images, of GMM-20"
    lines += ["", GREY, "", f"| model | test bits/dim | {quality} {COLUMNS}"]
    lines += ["|---|---|---|---|---:|---:|---:|"]
    lines += [grey_row(result) for result in found if result["binarisation"] == "grey"]
    return "\n".join(lines).lstrip("\n") + "\n"


def main() -> None:
    """Write the tables into the page."""
    page.write("mnist", markdown(results()))


if __name__ == "__main__":
    main()
