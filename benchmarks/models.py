"""Training steps and samples: the solutions, straightforward versions and the arithmetic floor.

    python benchmarks/models.py --threads 1
    python benchmarks/models.py --only NADE --rounds 9      # printed, not kept
    python benchmarks/models.py --device cuda

All ways to the same result take turns, so that what disturbs the machine disturbs them alike: trust
the ratios, which are medians over the rounds. The floor is the arithmetic that is necessary, at the
rate of a large matrix product or convolution in the same run.
"""

from __future__ import annotations

import argparse
import datetime
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from rich.console import Console
from rich.table import Table

from autograder.paths import ROOT
from benchmarks import page
from benchmarks.comparisons import SMALL, Comparison, Sizes, comparisons
from benchmarks.timing import Clock, Times, in_turns, rates, ratios
from course_lib.kit import device as devices

RESULTS = page.RESULTS / "models.json"
HEADINGS = ("", "straightforward version", "ms", "ours, ms", "ratio", "floor, ms", "ours / floor")


@dataclass
class Line:
    """Ours against one other way, or against the floor alone; milliseconds, medians ± half the
    distance of the quartiles."""

    what: str
    other: str
    other_ms: float | None
    other_spread: float | None
    ours_ms: float
    ours_spread: float
    ratio: float | None
    ratio_spread: float | None
    floor_ms: float
    rounds: int


def measure(
    comparison: Comparison,
    sizes: Sizes,
    clock: Clock,
    rate: dict[str, float],
    rounds: int,
    patience: float,
) -> list[Line]:
    """One line for each of the other ways, or a single one if there is none."""
    small = comparison.make(SMALL, clock.device)
    for work in (small.ours, *small.others.values()):
        work()  # what is done once only: libraries loaded, threads started
    ways = comparison.make(sizes, clock.device)
    times = in_turns(ways, clock, rounds, patience)
    ours = times.pop("ours")
    lines = []
    others: dict[str, Times | None] = {**times} or {"": None}
    for name, other in others.items():
        ratio = ratios(ours, other) if other else None
        lines.append(
            Line(
                comparison.what,
                name,
                1000 * other.median if other else None,
                1000 * other.spread if other else None,
                1000 * ours.median,
                1000 * ours.spread,
                ratio.median if ratio else None,
                ratio.spread if ratio else None,
                1000 * ways.flops / rate[ways.unit],
                len((other or ours).seconds),
            )
        )
    return lines


def shown(value: float | None, spread: float | None = None) -> str:
    """Three digits are enough: 2476, 105, 4.31, 0.08."""
    if value is None:
        return "–"

    def digits(v: float, like: float) -> str:
        return f"{v:.{0 if like >= 100 else 1 if like >= 10 else 2}f}"

    return digits(value, value) + (f" ± {digits(spread, value)}" if spread is not None else "")


def cells(line: Line) -> list[str]:
    """A line of the table, in the order of `HEADINGS`."""
    return [
        line.what,
        line.other or "–",
        shown(line.other_ms, line.other_spread),
        shown(line.ours_ms, line.ours_spread),
        f"{shown(line.ratio, line.ratio_spread)}{'×' if line.ratio else ''}",
        shown(line.floor_ms),
        f"{shown(line.ours_ms / line.floor_ms)}×",
    ]


def markdown(result: dict) -> str:
    """The result as it stands in the page."""
    rate = {unit: value / 1e9 for unit, value in result["flops_a_second"].items()}
    text = [
        f"{result['device']}, {result['date']}; {result['counts']}. A matrix product does "
        f"{rate['matmul']:.0f} GFLOP/s, a 3×3 convolution of 32 channels {rate['conv']:.0f}.",
        "",
        "| " + " | ".join(HEADINGS) + " |",
        "|---|---|" + "---:|" * (len(HEADINGS) - 2),
    ]
    text += ["| " + " | ".join(cells(Line(**line))) + " |" for line in result["lines"]]
    return "\n".join(text) + "\n"


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--device", help="cpu, cuda or mps; the best one by default")
    parser.add_argument("--threads", type=int, default=1, help="of the CPU")
    parser.add_argument("--rounds", type=int, default=7, help="at most; two at least")
    parser.add_argument("--patience", type=float, default=20, help="seconds for one way")
    parser.add_argument("--only", default="", help="comparisons whose name has this in it")
    parser.add_argument("--quick", action="store_true", help="tiny sizes: does it run?")
    parser.add_argument("--out", type=Path, help=f"default: {RESULTS.relative_to(ROOT)}")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> None:
    """Measure, print, and keep a whole run at full size."""
    args = arguments(argv)
    torch.set_num_threads(args.threads)
    where = torch.device(args.device) if args.device else devices.best()
    sizes = SMALL if args.quick else Sizes()
    clock, console, lines = Clock(where), Console(), []
    rate = rates(clock, args.quick)
    for comparison in comparisons():
        if args.only.lower() in comparison.what.lower():
            with console.status(comparison.what):
                lines += measure(comparison, sizes, clock, rate, args.rounds, args.patience)
    result = {
        "device": devices.describe(where),
        "date": f"{datetime.date.today()}",
        "counts": clock.counts,
        "sizes": asdict(sizes),
        "flops_a_second": rate,
        "lines": [asdict(line) for line in lines],
    }
    table = Table(title=f"{result['device']}, {clock.counts}")
    for number, heading in enumerate(HEADINGS):
        table.add_column(heading, justify="left" if number < 2 else "right")
    for line in lines:
        table.add_row(*cells(line))
    console.print(table)
    whole = not (args.only or args.quick or args.out)
    if out := args.out or (RESULTS if whole else None):
        page.keep(result, out)
    if whole:
        page.write("models", markdown(result))


if __name__ == "__main__":
    main()
