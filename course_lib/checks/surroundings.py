"""What a call has to leave as it was, beside its arguments: the global seed, and networks."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

__all__ = ["Surroundings"]

_MARK = torch.Generator().manual_seed(0x5EED).get_state()


class Surroundings:
    """What surrounds one call of a student's function, as it was before."""

    def __init__(self, function: Any, given: tuple, named: dict[str, Any]):
        """Look at everything before the call.

        Args:
            function: what is called; a method's own network is among the networks.
            given, named: its arguments.
        """
        arguments = (*given, *named.values())
        own = getattr(function, "__self__", None)
        self._networks = [n for n in (*arguments, own) if isinstance(n, nn.Module)]
        self._modes = [[part.training for part in n.modules()] for n in self._networks]
        # Weights may be changed by who is given an optimiser or has a name that ends in "_"; and a
        # layer's own ones by its forward pass, as where closed weights are set to 0 in each call.
        name = getattr(function, "__name__", "")
        steps = any(hasattr(a, "step") and hasattr(a, "zero_grad") for a in arguments)
        kept = [] if steps or name.endswith("_") else self._networks
        kept = [n for n in kept if n is not own or name != "forward"]
        self._weights = [(n, _values(n)) for n in kept]

    def __enter__(self) -> Surroundings:
        # A state that no seed set in the call leads to: seeding twice alike is found as well.
        self._state = torch.get_rng_state()
        torch.set_rng_state(_MARK)
        return self

    def __exit__(self, *error: object) -> None:
        self._seed_changed = not torch.equal(_MARK, torch.get_rng_state())
        torch.set_rng_state(self._state)

    def changed(self) -> str:
        """Empty if all is as before; else "seed:", "training:", "evaluation:" or "weights:"."""
        if self._seed_changed:
            return "seed:"
        for network, modes in zip(self._networks, self._modes, strict=True):
            now = [part.training for part in network.modules()]
            if now != modes:
                return "training:" if all(now) else "evaluation:"
        for network, before in self._weights:
            after = _values(network)
            if list(after) != list(before) or not all(_same(before[k], after[k]) for k in before):
                return "weights:"
        return ""


def _values(network: nn.Module) -> dict[str, torch.Tensor]:
    """Copies of a network's parameters and buffers, of those that have values."""
    return {k: v.clone() for k, v in network.state_dict().items() if not v.is_meta}


def _same(before: torch.Tensor, after: torch.Tensor) -> bool:
    if before.shape != after.shape:
        return False
    # NaN is not equal to itself.
    return torch.equal(before, after) or bool(((before == after) | before.isnan()).all())
