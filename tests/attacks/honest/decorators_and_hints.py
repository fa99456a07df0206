"""A decorator, a cache, type hints of its own, a lambda, a closure."""

from functools import lru_cache, wraps
from typing import Callable, Optional


def logged(function: Callable) -> Callable:
    calls: list[str] = []

    @wraps(function)
    def inner(*args, **kwargs):
        calls.append(function.__name__)
        return function(*args, **kwargs)

    inner.calls = calls
    return inner


@lru_cache(maxsize=None)
def log_of(n: int) -> float:
    return math.log(n)


@logged
def mixture_log_prob(log_probs: Tensor, base: Optional[float] = None) -> Tensor:
    shift = lambda k: log_of(k)
    return log_probs.logsumexp(0) - shift(log_probs.size(0))
