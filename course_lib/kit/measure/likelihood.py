"""Negative log-likelihoods of examples, in nats, and how well their mean is known."""

import math
from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor, nn

__all__ = ["LogProb", "checked", "example_nll", "mean_nll", "own_log_prob", "standard_error"]

LogProb = Callable[[nn.Module, Tensor], Tensor]


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
    log_prob = log_prob or own_log_prob
    first = next(model.parameters(), None)
    where = x.device if first is None else first.device
    training = model.training
    model.eval()
    try:
        parts = [-checked(log_prob(model, b.to(where)), len(b)) for b in x.split(batch_size)]
    finally:
        model.train(training)
    return torch.cat(parts).cpu()


def standard_error(values: Float[Tensor, "n"]) -> float:
    """Standard error of the mean of n independent values: s / √n, s² with n − 1 below."""
    values = torch.as_tensor(values).double().flatten()
    if len(values) < 2:
        raise ValueError(f"standard_error: got {len(values)} values; expected at least two")
    return (values.std() / math.sqrt(len(values))).item()


def own_log_prob(model: nn.Module, x: Tensor) -> Tensor:
    """The model's own `log_prob`: what is trained and measured by default."""
    return model.log_prob(x)  # type: ignore[operator]


def checked(log_p: Tensor, n: int) -> Tensor:
    """Check the result of a `log_prob` for n examples; a `ValueError` names the fault."""
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
