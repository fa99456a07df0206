"""The training loop of every model in the course: `run` is worth reading once, from top to bottom.

A model brings its `step`, which usually ends in `minimise`. The loop repeats it and takes care of
the rest: progress, the learning rate, averaged weights, validation, the time limit, and a sentence
where a loss stops being a number.
"""

import contextlib
import copy
import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from tqdm.auto import tqdm

__all__ = ["MovingAverage", "Run", "TrainingError", "cosine", "minimise", "run"]

# Reading a loss waits for the GPU; every step would halve the speed of a small model.
_STEPS_PER_LOOK = 25
_STEPS_SHOWN = 50  # whose mean stands behind the progress bar


class TrainingError(RuntimeError):
    """Training cannot go on: what happened, when, and what to check, in one line."""


@dataclass
class Run:
    """The record of a training loop.

    Attributes:
        losses: one row for each step: the numbers that `step` returned.
        valid: what `validate` returned after each epoch.
        best_epoch: index into `valid` of the smallest value, whose weights the first network has.
        stopped: "steps" (all were made), "patience" or "time".
        seconds: the whole run, validation included.
    """

    losses: list[list[float]] = field(default_factory=list)
    valid: list[float] = field(default_factory=list)
    best_epoch: int = 0
    stopped: str = "steps"
    seconds: float = 0.0


class MovingAverage:
    """An exponential moving average of a network's weights.

    Attributes:
        network: a copy of the network with average ← decay · average + (1 − decay) · weights after
            each step; counters and statistics are those of the network itself.
    """

    def __init__(self, source: nn.Module, decay: Callable[[int], float]) -> None:
        """Begin with the network's present weights.

        Args:
            source: the network, on its device.
            decay: number of the step, from 0 → share of the old average that stays.
        """
        self.source, self.decay = source, decay
        self.network = copy.deepcopy(source)

    @torch.no_grad()
    def follow(self, k: int) -> None:
        """Take in the weights after step k."""
        averaged: list[Tensor] = list(self.network.parameters())
        latest: list[Tensor] = list(self.source.parameters())
        torch._foreach_lerp_(averaged, latest, 1 - self.decay(k))
        for mine, theirs in zip(self.network.buffers(), self.source.buffers(), strict=True):
            mine.copy_(theirs)


def cosine(over: float) -> float:
    """A schedule: half a period of a cosine, from 1 at the beginning to 0 at the end."""
    return 0.5 * (1 + math.cos(math.pi * over))


def minimise(loss: Tensor, optimiser: Optimizer, max_norm: float | None = None) -> Tensor:
    """Make one step of the optimiser down the gradient of a loss.

    Args:
        loss: a scalar with a graph.
        optimiser: of the weights that are to change.
        max_norm: the gradient of all these weights together is shortened to this norm.

    Returns:
        The loss, without its graph.
    """
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    if max_norm is not None:
        weights = [p for group in optimiser.param_groups for p in group["params"]]
        nn.utils.clip_grad_norm_(weights, max_norm)
    optimiser.step()
    return loss.detach()


def run(
    step: Callable[[int], Tensor],
    steps: int,
    networks: Sequence[nn.Module],
    optimisers: Sequence[Optimizer],
    *,
    schedule: Callable[[float], float] | None = None,
    average: MovingAverage | None = None,
    validate: Callable[[], float] | None = None,
    epoch: int | None = None,
    patience: int | None = None,
    max_seconds: float | None = None,
    seed: int = 0,
    names: Sequence[str] = ("loss",),
    title: str | None = "",
    unit: str = "step",
) -> Run:
    """Repeat a training step.

    The networks are in training mode meanwhile and in evaluation mode afterwards, also when the run
    is interrupted. The global random state is left as it was.

    Args:
        step: number of the step, from 0 → its loss, or a vector of losses; it changes the weights.
        steps: how many, at most.
        networks: what is trained; `validate` chooses weights of the first.
        optimisers: their learning rates follow the schedule.
        schedule: share of the run that is over, 0 … 1 → factor of the learning rates.
        average: takes in the weights after each step.
        validate: the smaller its result, the better the first network; called after each epoch.
        epoch: steps in one; all of them by default.
        patience: stop after this many epochs without a better validation.
        max_seconds: stop after the step in which this time is over.
        seed: of what the networks draw while they are trained.
        names: of the losses, for the progress bar.
        title: stands in front of the bar, None for no bar; `$COURSE_QUIET=1` hides it, too.
        unit: what the bar calls a step.

    Raises:
        TrainingError: a loss or a validation is not finite.
    """
    made, begin = Run(), time.perf_counter()
    epoch = epoch or steps
    rates = [(group, group["lr"]) for optimiser in optimisers for group in optimiser.param_groups]
    unread: list[Tensor] = []
    best: dict[str, Tensor] | None = None
    for network in networks:
        network.train()
    try:
        with _own_draws(seed, networks[0]), contextlib.ExitStack() as bars:
            for k in range(steps):
                if schedule is not None:
                    factor = schedule(max(k / steps, _share_of_time(begin, max_seconds)))
                    for group, rate in rates:
                        group["lr"] = factor * rate
                unread.append(step(k).detach().reshape(-1))
                if average is not None:
                    average.follow(k)
                if k == 0:
                    # Not before: a function that is missing says so without an empty bar.
                    bar = bars.enter_context(_bar(steps, title, unit))
                epoch_ends = (k + 1) % epoch == 0 or k + 1 == steps
                if _share_of_time(begin, max_seconds) >= 1:
                    made.stopped, epoch_ends = "time", True
                if epoch_ends or len(unread) == _STEPS_PER_LOOK:
                    made.losses += torch.stack(unread).tolist()
                    _require_finite(made, epoch, rates[0][1])
                    if epoch_ends and validate is not None:
                        made.valid.append(validate())
                        _require_finite(made, epoch, rates[0][1])
                        if best is None or made.valid[-1] < made.valid[made.best_epoch]:
                            made.best_epoch = len(made.valid) - 1
                            weights = networks[0].state_dict()
                            best = {name: value.clone() for name, value in weights.items()}
                        if _share_of_time(begin, max_seconds) >= 1:
                            made.stopped = "time"
                        elif patience is not None and len(made.valid) > made.best_epoch + patience:
                            made.stopped = "patience"
                    bar.set_postfix(_postfix(made, names), refresh=False)
                    bar.update(len(unread))
                    unread.clear()
                if made.stopped != "steps":
                    break
            # A bar that ends short of its total is drawn as a failure.
            bar.total = bar.n
            bar.refresh()
    finally:
        if best is not None:
            networks[0].load_state_dict(best)
        for network in networks:
            network.eval()
    made.seconds = time.perf_counter() - begin
    return made


def _share_of_time(begin: float, max_seconds: float | None) -> float:
    """The share of the time that has passed; 0 if there is no limit."""
    if max_seconds is None:
        return 0.0
    return (time.perf_counter() - begin) / max_seconds


@contextlib.contextmanager
def _own_draws(seed: int, network: nn.Module) -> Iterator[None]:
    """Random numbers of the run's own: the global ones go on afterwards as if nothing had been."""
    devices = {weights.device for weights in network.parameters() if weights.is_cuda}
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(seed)
        yield


def _bar(steps: int, title: str | None, unit: str) -> tqdm:
    hidden = title is None or os.environ.get("COURSE_QUIET") == "1"
    return tqdm(total=steps, desc=title, unit=unit, disable=hidden)


def _postfix(made: Run, names: Sequence[str]) -> dict[str, str]:
    """The text behind the progress bar: the mean of the latest losses, and the validation."""
    means = torch.tensor(made.losses[-_STEPS_SHOWN:]).mean(0).tolist()
    shown = dict(zip(names, means, strict=True))
    if made.valid:
        shown |= {"valid": made.valid[-1], "best": made.valid[made.best_epoch]}
    return {name: f"{value:.4g}" for name, value in shown.items()}


def _require_finite(made: Run, epoch: int, rate: float) -> None:
    """Check the losses since the last look, and the last validation."""
    latest = range(max(0, len(made.losses) - _STEPS_PER_LOOK), len(made.losses))
    values = [("training", k, loss) for k in latest for loss in made.losses[k]]
    values += [("validation", len(made.losses) - 1, value) for value in made.valid[-1:]]
    for what, k, value in values:
        if not math.isfinite(value):
            raise TrainingError(
                f"the {what} loss became {value} in epoch {k // epoch + 1}, step {k + 1}: try a "
                f"smaller learning rate than lr={rate:g}, and look for a logarithm of zero or a "
                "division by zero in the loss"
            )
