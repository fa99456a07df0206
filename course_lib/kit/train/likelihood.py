"""Maximum likelihood: minimise the mean negative log-likelihood, in nats."""

import functools
import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from jaxtyping import Float
from torch import Tensor, nn
from tqdm.auto import tqdm

from course_lib.kit import device as devices

__all__ = ["History", "TrainingError", "example_nll", "fit", "mean_nll", "standard_error"]

LogProb = Callable[[nn.Module, Tensor], Tensor]

# Reading a loss waits for the GPU; every batch would halve the speed of a small model.
_BATCHES_PER_LOOK = 25


class TrainingError(RuntimeError):
    """Training cannot go on: what happened, when, and what to check, in one line."""


@dataclass(repr=False)
class History:
    """How a training run went.

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
    log_prob = log_prob or _own_log_prob
    where = torch.device(device) if device is not None else devices.best()
    model.to(where)
    train = train.to(where)
    valid = None if valid is None else valid.to(where)
    run = _Run(model, log_prob, lr, max_seconds)
    optimiser = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay)
    # The order comes from the CPU, so that it is the same on every device.
    order = torch.Generator().manual_seed(seed)
    n_batches = math.ceil(len(train) / batch_size)
    # What the model draws while it is trained leaves the global seed alone.
    own_draws = functools.partial(
        torch.random.fork_rng, devices=[where] if where.type == "cuda" else []
    )
    # A function that is missing or wrong says so here, before an empty bar stands in the notebook.
    with own_draws():
        first = train[:batch_size]
        _checked(run.log_prob(model, first), len(first))
    bar = tqdm(
        total=epochs * n_batches,
        desc=title or type(model).__name__,
        unit="batch",
        leave=True,
        disable=os.environ.get("COURSE_QUIET") == "1",
    )
    with bar, own_draws():
        torch.manual_seed(seed)
        try:
            for _ in range(epochs):
                batches = torch.randperm(len(train), generator=order).to(where).split(batch_size)
                run.epoch(train, batches, optimiser, bar)
                run.validate(valid)
                bar.set_postfix(run.postfix())
                if run.out_of_time:
                    run.history.stopped = "time"
                elif patience is not None and run.epochs_since_best >= patience:
                    run.history.stopped = "patience"
                else:
                    continue
                # A bar that ends short of its total is drawn as a failure.
                bar.total = bar.n
                bar.refresh()
                break
        finally:
            run.finish()
    return run.history


class _Run:
    """The state of one training run."""

    def __init__(
        self, model: nn.Module, log_prob: LogProb, lr: float, max_seconds: float | None
    ) -> None:
        self.model = model
        self.log_prob = log_prob
        self.lr = lr
        self.max_seconds = max_seconds
        self.history = History()
        self.best_weights: dict[str, Tensor] | None = None
        self.start = time.perf_counter()

    @property
    def out_of_time(self) -> bool:
        elapsed = time.perf_counter() - self.start
        return self.max_seconds is not None and elapsed >= self.max_seconds

    @property
    def epochs_since_best(self) -> int:
        return len(self.history.train) - 1 - self.history.best_epoch

    def epoch(
        self,
        train: Tensor,
        batches: tuple[Tensor, ...],
        optimiser: torch.optim.Optimizer,
        bar: tqdm,
    ) -> None:
        """One pass over the training data, or as much of it as there is time for."""
        self.model.train()
        total, n_seen = torch.zeros((), dtype=torch.float64), 0
        pending: list[Tensor] = []
        for number, rows in enumerate(batches, start=1):
            loss = -_checked(self.log_prob(self.model, train[rows]), len(rows)).mean()
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            pending.append(loss.detach() * len(rows))
            n_seen += len(rows)
            stop = self.out_of_time
            if number % _BATCHES_PER_LOOK == 0 or number == len(batches) or stop:
                total += torch.stack(pending).sum().cpu()
                pending.clear()
                self._require_finite(total.item(), "training", len(self.history.train) + 1)
                bar.update(number - (number - 1) // _BATCHES_PER_LOOK * _BATCHES_PER_LOOK)
            if stop:
                break
        self.history.train.append(total.item() / n_seen)

    def validate(self, valid: Tensor | None) -> None:
        """Validation nats after an epoch; keeps the weights if they are the best so far."""
        history = self.history
        if valid is None:
            history.best_epoch = len(history.train) - 1
            return
        value = mean_nll(self.model, valid, log_prob=self.log_prob)
        self._require_finite(value, "validation", len(history.train))
        history.valid.append(value)
        if self.best_weights is None or value < history.valid[history.best_epoch]:
            history.best_epoch = len(history.valid) - 1
            self.best_weights = {k: v.clone() for k, v in self.model.state_dict().items()}

    def finish(self) -> None:
        """The best weights, also when the run was interrupted."""
        if self.best_weights is not None:
            self.model.load_state_dict(self.best_weights)
        self.model.eval()
        self.history.seconds = time.perf_counter() - self.start

    def postfix(self) -> dict[str, str]:
        """What the progress bar shows: nats."""
        shown = {"train": f"{self.history.train[-1]:.2f}"}
        if self.history.valid:
            shown["valid"] = f"{self.history.valid[-1]:.2f}"
            shown["best"] = f"{self.history.valid[self.history.best_epoch]:.2f}"
        return shown

    def _require_finite(self, value: float, what: str, epoch: int) -> None:
        if not math.isfinite(value):
            raise TrainingError(
                f"fit: the {what} loss became {value} in epoch {epoch}: try a smaller learning "
                f"rate than lr={self.lr:g}, and look for a logarithm of zero in log_prob"
            )


def mean_nll(
    model: nn.Module,
    x: Float[Tensor, "n ..."],
    batch_size: int = 500,
    *,
    log_prob: LogProb | None = None,
) -> float:
    """Mean negative log-likelihood −1/N Σₙ log p(xₙ), in nats; no gradients are kept.

    Args:
        model: a trained model, on any device.
        x: examples, on any device.
        batch_size: examples at a time.
        log_prob: (model, x) → log p(x) in nats, `(batch,)`; `model.log_prob(x)` by default.
    """
    return example_nll(model, x, batch_size, log_prob=log_prob).double().mean().item()


@torch.no_grad()
def example_nll(
    model: nn.Module,
    x: Float[Tensor, "n ..."],
    batch_size: int = 500,
    *,
    log_prob: LogProb | None = None,
) -> Float[Tensor, "n"]:
    """−log p(xₙ) of each example, in nats, on the CPU: what `standard_error` takes.

    Args: as `mean_nll`.
    """
    log_prob = log_prob or _own_log_prob
    first = next(model.parameters(), None)
    where = x.device if first is None else first.device
    training = model.training
    model.eval()
    try:
        parts = [-_checked(log_prob(model, b.to(where)), len(b)) for b in x.split(batch_size)]
    finally:
        model.train(training)
    return torch.cat(parts).cpu()


def standard_error(values: Float[Tensor, "n"]) -> float:
    """Standard error of the mean of n independent values: s / √n, s² with n − 1 below."""
    values = torch.as_tensor(values).double().flatten()
    if len(values) < 2:
        raise ValueError(f"standard_error: got {len(values)} values; expected at least two")
    return (values.std() / math.sqrt(len(values))).item()


def _own_log_prob(model: nn.Module, x: Tensor) -> Tensor:
    return model.log_prob(x)  # type: ignore[operator]


def _checked(log_p: Tensor, n: int) -> Tensor:
    if log_p.shape != (n,):
        raise ValueError(
            f"log_prob returned the shape {tuple(log_p.shape)} for {n} examples; expected ({n},): "
            "one number an example, summed over its dimensions"
        )
    if torch.is_grad_enabled() and not log_p.requires_grad:
        raise ValueError(
            "log_prob's result has no gradient, so nothing can be learnt: look for .detach(), "
            ".item(), torch.no_grad() or a model without parameters"
        )
    return log_p
