"""Maximum likelihood: minimise the mean negative log-likelihood, in nats."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import torch
from jaxtyping import Float
from torch import Tensor, nn

from course_lib.kit import device as devices
from course_lib.kit.measure.likelihood import LogProb, checked, mean_nll, own_log_prob
from course_lib.kit.train import loop

__all__ = ["History", "fit"]


@dataclass(repr=False)
class History:
    """The record of a training run.

    Attributes:
        train: mean negative log-likelihood of each epoch's batches as they were seen, in nats.
        valid: mean negative log-likelihood of the validation data after each epoch, in nats;
            empty where there was none.
        seconds: the whole run, validation included.
        best_epoch: index into `train` and `valid` of the epoch whose weights the model has.
        stopped: "epochs" (all were run), "patience" or "time".
    """

    train: list[float] = field(default_factory=list)
    valid: list[float] = field(default_factory=list)
    seconds: float = 0.0
    best_epoch: int = 0
    stopped: str = "epochs"

    def __repr__(self) -> str:
        if not self.train:
            return "History(no epoch yet)"
        parts = f"train {self.train[self.best_epoch]:.2f}"
        if self.valid:
            parts += f", valid {self.valid[self.best_epoch]:.2f}"
        why = {"epochs": "", "patience": ", no better since", "time": ", out of time"}
        return (
            f"History({parts} nats after epoch {self.best_epoch + 1} of "
            f"{len(self.train)}{why[self.stopped]}; {self.seconds:.1f} s)"
        )


def fit(
    model: nn.Module,
    train: Float[Tensor, "n ..."],
    valid: Float[Tensor, "m ..."] | None = None,
    *,
    log_prob: LogProb | None = None,
    epochs: int,
    batch_size: int = 100,
    lr: float = 1e-2,
    weight_decay: float = 0.0,
    seed: int = 0,
    max_seconds: float | None = None,
    patience: int | None = None,
    title: str = "",
    device: torch.device | str | None = None,
) -> History:
    """Train by maximum likelihood with Adam: minimise −1/N Σₙ log p(xₙ).

    The model is moved to the device and stays there, in evaluation mode, with the weights of the
    epoch that was best on `valid` (the last one's where there is no `valid`). The same seed gives
    the same weights on the CPU; the global random state is left as it was.

    Args:
        model: what to train, in place.
        train: training examples.
        valid: validation examples; they choose the weights, and say when to stop.
        log_prob: (model, x) → log p(x) in nats, `(batch,)`; `model.log_prob(x)` by default.
        epochs: passes over `train`, at most.
        batch_size: examples in a step.
        lr: Adam's learning rate.
        weight_decay: decoupled weight decay (AdamW), per step and unit of `lr`.
        seed: of the batches' order, and of what the model draws while it is trained.
        max_seconds: stop after the batch in which this time is over.
        patience: stop after this many epochs without a better `valid`.
        title: stands in front of the progress bar; `$COURSE_QUIET=1` hides the bar.
        device: where to train; `kit.device.best()` by default.

    Returns:
        The run's history, in nats.

    Raises:
        TrainingError: the loss is not finite.
        ValueError: `log_prob` gives something else than one differentiable number an example, or
            an argument makes no sense.
    """
    if epochs < 1 or batch_size < 1 or len(train) == 0:
        raise ValueError(
            f"fit: got epochs={epochs}, batch_size={batch_size} and {len(train)} training "
            "examples; expected at least one of each"
        )
    if patience is not None and valid is None:
        raise ValueError(f"fit: patience={patience} needs validation data; pass valid=")
    where = devices.place(model, device)
    train = train.to(where)
    held_out = None if valid is None else valid.to(where)
    optimiser = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay)
    score = log_prob or own_log_prob
    batches = _batches(len(train), batch_size, seed)
    n_batches = math.ceil(len(train) / batch_size)

    def step(_k: int) -> Tensor:
        x = train[next(batches).to(where)]
        return loop.minimise(-checked(score(model, x), len(x)).mean(), optimiser)

    made = loop.run(
        step,
        epochs * n_batches,
        [model],
        [optimiser],
        validate=None if held_out is None else lambda: mean_nll(model, held_out, log_prob=score),
        epoch=n_batches,
        patience=patience,
        max_seconds=max_seconds,
        seed=seed,
        names=["train"],
        title=title or type(model).__name__,
        unit="batch",
    )
    nats = _epoch_means([loss for (loss,) in made.losses], len(train), batch_size)
    best_epoch = len(nats) - 1 if valid is None else made.best_epoch
    stopped = "epochs" if made.stopped == "steps" else made.stopped
    return History(nats, made.valid, made.seconds, best_epoch, stopped)


def _batches(n: int, batch_size: int, seed: int) -> Iterator[Tensor]:
    """Rows of one batch after the other, each epoch in another order."""
    # The order comes from the CPU, so that it is the same on every device.
    generator = torch.Generator().manual_seed(seed)
    while True:
        yield from torch.randperm(n, generator=generator).split(batch_size)


def _epoch_means(losses: list[float], n: int, batch_size: int) -> list[float]:
    """Each epoch's mean over its examples: the last batch may be smaller."""
    sizes = torch.tensor([min(batch_size, n - first) for first in range(0, n, batch_size)])
    means = []
    for epoch in torch.tensor(losses, dtype=torch.float64).split(len(sizes)):
        seen = sizes[: len(epoch)]
        means.append(((epoch * seen).sum() / seen.sum()).item())
    return means
