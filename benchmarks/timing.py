"""Times of several ways to do the same, taken in turns, and the arithmetic floor below them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F


class Clock:
    """Seconds of work, on one device.

    With one CPU thread these are the process's own seconds of CPU: what others do on the machine
    does not count (it is still felt, in the caches). Otherwise they are seconds of the wall, and a
    GPU is waited for.
    """

    def __init__(self, device: torch.device) -> None:
        self.device = device
        alone = device.type == "cpu" and torch.get_num_threads() == 1
        self._now = time.process_time if alone else time.perf_counter
        self.counts = "CPU time of the process" if alone else "wall time"

    def seconds(self, work: Callable[[], object]) -> float:
        """The seconds of one call."""
        start = self.now()
        work()
        return self.now() - start

    def now(self) -> float:
        """Seconds since some moment, with all work done that was begun before."""
        self._wait()
        return self._now()

    def _wait(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        elif self.device.type == "mps":
            torch.mps.synchronize()


@dataclass
class Ways:
    """Ways to the same result, and the arithmetic that none can do without.

    Attributes:
        ours: the solution.
        others: the straightforward versions, by what they do.
        flops: floating-point operations that are necessary, a multiplication and an addition being
            two.
        unit: "matmul" or "conv", whose measured rate the floor is computed with.
        same: whether the others give the same numbers (tested), and not only the same in kind.
    """

    ours: Callable[[], object]
    others: dict[str, Callable[[], object]] = field(default_factory=dict)
    flops: float = 0.0
    unit: str = "matmul"
    same: bool = True


@dataclass
class Times:
    """Seconds of one way, in the order in which they were taken."""

    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The median of all rounds."""
        return statistics.median(self.seconds)

    @property
    def spread(self) -> float:
        """Half the distance between the quartiles."""
        if len(self.seconds) < 2:
            return 0.0
        low, _, high = statistics.quantiles(self.seconds, n=4, method="inclusive")
        return (high - low) / 2


def in_turns(ways: Ways, clock: Clock, rounds: int, patience: float) -> dict[str, Times]:
    """Time all ways in every round, in the same order, "ours" first.

    A way that has taken more than `patience` seconds so far is left out of further rounds, but not
    before its second: what takes a minute need not be known to the millisecond.
    """
    work = {"ours": ways.ours, **ways.others}
    times = {name: Times() for name in work}
    for turn in range(rounds):
        for name, call in work.items():
            if turn < 2 or sum(times[name].seconds) < patience:
                times[name].seconds.append(clock.seconds(call))
    return times


def ratios(ours: Times, other: Times) -> Times:
    """How many times as long the other one took, round by round."""
    return Times([b / a for a, b in zip(ours.seconds, other.seconds, strict=False)])


def rates(clock: Clock, quick: bool = False) -> dict[str, float]:
    """Floating-point operations a second of a square product and of a 3×3 convolution, float32."""
    side, batch, channels = (128, 4, 8) if quick else (1024, 100, 32)
    a = torch.randn(side, side, device=clock.device)
    x = torch.randn(batch, channels, 28, 28, device=clock.device)
    kernel = torch.randn(channels, channels, 3, 3, device=clock.device)
    flops = {"matmul": 2.0 * side**3, "conv": 2.0 * 9 * channels**2 * x.numel() / channels}
    work = {"matmul": lambda: a @ a, "conv": lambda: F.conv2d(x, kernel, padding="same")}
    found: dict[str, float] = {}
    for unit, call in work.items():
        call()
        # The best of many: a floor is what the machine can do.
        found[unit] = flops[unit] / min(clock.seconds(call) for _ in range(3 if quick else 25))
    return found
