"""What a GPU gains from bf16, `torch.compile` and CUDA graphs: `python benchmarks/gpu.py`.

    python benchmarks/gpu.py                    # the whole table, kept with the card's name
    python benchmarks/gpu.py --only PixelCNN    # printed, not kept

The solutions' training steps and samples of `models.py`, at its sizes. Steps and scores are run in
float32, with products in bf16, and so compiled; samplers, hundreds of small steps one after the
other, in float32 and as one CUDA graph of the whole loop. All ways take turns.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from benchmarks import page
from benchmarks.comparisons import SMALL, Comparison, Sizes, comparisons
from benchmarks.timing import Clock, Ways, in_turns
from course_lib.kit import device as devices

NOT_YET = "Not yet run on a GPU.\n"
COMPILED, GRAPH = "bf16, compiled", "CUDA graph"
WAYS = ("bf16", COMPILED, GRAPH)
LOOPS = ("samples", "a text")  # a network that is asked anew for each pixel or character


class PremadeDraws(TorchFunctionMode):
    """`torch.rand` and `torch.randn` with a generator give tensors that lie on the device already.

    The solutions draw on the CPU, so that a seed means the same everywhere; a CUDA graph can hold
    no copy from there. The first run keeps what was drawn, later ones get the same memory.
    """

    def __init__(self, device: torch.device) -> None:
        super().__init__()
        self.device, self.drawn, self.place = device, list[Tensor](), 0

    def __enter__(self) -> PremadeDraws:
        self.place = 0
        return super().__enter__()

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if func not in (torch.rand, torch.randn) or kwargs.get("generator") is None:
            return func(*args, **kwargs)
        if self.place == len(self.drawn):
            self.drawn.append(func(*args, **kwargs).to(self.device))
        self.place += 1
        return self.drawn[self.place - 1]

    def draw_anew(self, seed: int) -> None:
        """Other uniform numbers in the same memory; for samplers that use `torch.rand` only."""
        generator = torch.Generator().manual_seed(seed)
        for numbers in self.drawn:
            numbers.copy_(torch.rand(numbers.shape, generator=generator))


class Graph:
    """A sampler recorded once as a CUDA graph; calling it runs all of it with one launch."""

    def __init__(self, sampler: Callable[[], object], device: torch.device) -> None:
        self.draws = PremadeDraws(device)
        aside = torch.cuda.Stream(device)
        aside.wait_stream(torch.cuda.current_stream(device))
        with torch.cuda.stream(aside), self.draws:
            sampler()  # libraries make their work space outside of the graph
        torch.cuda.current_stream(device).wait_stream(aside)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph), self.draws:
            self.drawn = sampler()

    def __call__(self) -> object:
        self.graph.replay()
        return self.drawn


def ways(work: Callable[[], object], what: str, device: torch.device) -> dict[str, Callable]:
    """Other ways to do `work`, each to be made by calling it; those that make sense for it."""
    if what.endswith(LOOPS):
        return {GRAPH: lambda: Graph(work, device)} if device.type == "cuda" else {}
    cast = torch.autocast(device.type, torch.bfloat16)
    return {"bf16": lambda: cast(work), COMPILED: lambda: cast(torch.compile(work))}


@dataclass
class Line:
    """Milliseconds, medians ± half the distance of the quartiles; or why a way failed."""

    what: str
    float32: tuple[float, float]
    others: dict[str, tuple[float, float] | str]


def measure(
    comparison: Comparison, sizes: Sizes, clock: Clock, rounds: int, leave_out: tuple[str, ...] = ()
) -> Line:
    """Every way that works, in turns; a way that fails says so in the table."""
    work = comparison.make(sizes, clock.device).ours
    work()
    made: dict[str, Callable[[], object]] = {}
    others: dict[str, tuple[float, float] | str] = {}
    for name, make in ways(work, comparison.what, clock.device).items():
        if name in leave_out:
            continue
        try:
            made[name] = make()
            made[name]()  # compiles
        except Exception as error:
            made.pop(name, None)
            others[name] = f"fails: {type(error).__name__}"
            print(f"{comparison.what}, {name}: {error}", file=sys.stderr)
    times = in_turns(Ways(work, made), clock, rounds, patience=20)
    ours = times.pop("ours")
    for name, t in times.items():
        others[name] = 1000 * t.median, 1000 * t.spread
    return Line(comparison.what, (1000 * ours.median, 1000 * ours.spread), others)


def cells(line: Line) -> list[str]:
    """A line of the table; behind each way, how many times as fast as float32 it is."""
    median, spread = line.float32
    found = [line.what, f"{median:.3g} ± {spread:.2g}"]
    for name in WAYS:
        value = line.others.get(name, "–")
        if not isinstance(value, str):
            value = f"{value[0]:.3g} ± {value[1]:.2g} ({median / value[0]:.2g}×)"
        found.append(value)
    return found


def markdown(result: dict[str, Any] | None) -> str:
    """The table as it stands in the page, or that there is none yet."""
    if result is None:
        return NOT_YET
    lines = [
        f"{result['device']}, {result['date']}; milliseconds of the wall, the GPU waited for.",
        "",
        f"| | float32 | {' | '.join(WAYS)} |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += ["| " + " | ".join(cells(Line(**line))) + " |" for line in result["lines"]]
    return "\n".join(lines) + "\n"


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", default="", help="comparisons whose name has this in it")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--quick", action="store_true", help="tiny sizes: does it run?")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> None:
    """Measure, print, and keep a whole run at full size."""
    args = arguments(argv)
    if not torch.cuda.is_available():
        raise SystemExit("gpu.py: torch sees no CUDA device here; models.py measures on a CPU")
    clock = Clock(torch.device("cuda"))
    sizes = SMALL if args.quick else Sizes()
    lines = []
    for comparison in comparisons():
        if args.only.lower() in comparison.what.lower():
            lines.append(measure(comparison, sizes, clock, args.rounds))
            print(" | ".join(cells(lines[-1])), flush=True)
    if args.only or args.quick:
        return
    result = {
        "device": devices.describe(clock.device),
        "date": f"{datetime.date.today()}",
        "lines": [asdict(line) for line in lines],
    }
    page.keep(result, page.RESULTS / "gpu.json")
    page.write("gpu", markdown(result))


if __name__ == "__main__":
    main()
