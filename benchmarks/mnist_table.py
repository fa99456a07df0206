"""The tables of `README.md` from `results/mnist-*.json`: `python benchmarks/mnist_table.py`.

One table for images that were binarised once and one for images binarised anew for each batch: the
figures of one do not belong into the other.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from autograder.paths import ROOT
from autograder.readme_table import with_table

FOLDER = ROOT / "benchmarks"
PAGE = FOLDER / "README.md"
BEGIN, END = "<!-- mnist: written by mnist_table.py -->", "<!-- /mnist -->"

NAMES = {
    "independent": "independent pixels",
    "fvsbn": "FVSBN",
    "nade": "NADE, H = {hidden}",
    "pixelcnn": "PixelCNN, {hidden} channels × {layers}, kernel {kernel}",
    "vae": "VAE, {hidden} units, {latent} latent",
}
PUBLISHED = {
    ("fvsbn", "fixed"): "97.45 (as quoted in later papers, not checked here)",
    ("nade", "fixed"): "88.33 (Germain et al. 2015)",
    ("pixelcnn", "fixed"): "81.30 (van den Oord et al. 2016)",
    ("vae", "dynamic"): "86.76 (Burda et al. 2016: bound of 5000 draws)",
}
HEADINGS = {
    "fixed": "Binarised once (“fixed”):",
    "dynamic": "Training images binarised anew for each batch (“dynamic”):",
}


def results(folder: Path = FOLDER / "results") -> list[dict[str, Any]]:
    """What `mnist.py` has written, the weakest model first."""
    files = sorted(folder.glob("mnist-*.json"))
    found = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    return sorted(found, key=lambda result: -result["test_nats"])


def row(result: dict[str, Any]) -> str:
    """A line of a table."""
    nats = f"{result['test_nats']:.2f} ± {result['standard_error']:.2f}"
    if "test_elbo" in result:
        nats = f"≤ {nats} ({result['samples']} draws; −ELBO {-result['test_elbo']:.2f})"
    cpu = f"{result['cpu_seconds']:.0f}" if "cpu_seconds" in result else "–"
    ms = result["ms_per_sample"]
    published = PUBLISHED.get((result["model"], result["binarisation"]), "–")
    name = NAMES[result["model"]].format(**result)
    return (
        f"| {name} | {nats} | {result['training_seconds']:.0f} | {cpu} | {result['epochs']:.1f} | "
        f"{ms:.{0 if ms >= 10 else 1 if ms >= 1 else 2}f} | {published} |"
    )


def markdown(found: list[dict[str, Any]]) -> str:
    """Both tables; a bound on the nats is marked "≤"."""
    lines = []
    for binarisation, heading in HEADINGS.items():
        lines += ["", heading, ""]
        lines += ["| model | test nats | training, s | of these on a core | epochs |"
                  " ms a sample | published, same protocol |"]  # fmt: skip
        lines += ["|---|---|---:|---:|---:|---:|---|"]
        lines += [row(result) for result in found if result["binarisation"] == binarisation]
    return "\n".join(lines).lstrip("\n") + "\n"


def main() -> None:
    """Write the tables into the page."""
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(with_table(page, markdown(results()), BEGIN, END), encoding="utf-8")


if __name__ == "__main__":
    main()
