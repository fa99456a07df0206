"""A model of images without a network: what it says of each pixel is written down."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

__all__ = ["LogitTable"]


class LogitTable(nn.Module):
    """Logits that do not look at the image: a table of them, moved by a condition's own.

    Attributes:
        table: (levels, colors, height, width) logits, zeros at first.
        V: (n_condition, levels, colors, height, width) what each entry of a condition adds.
    """

    def __init__(
        self,
        levels: int,
        shape: tuple[int, int, int],
        n_condition: int = 0,
        dtype: torch.dtype | None = None,
    ) -> None:
        """All logits are 0; `shape` is (colors, height, width)."""
        super().__init__()
        self.levels, self.n_colors = levels, shape[0]
        self.table = nn.Parameter(torch.zeros(levels, *shape, dtype=dtype))
        self.V = nn.Parameter(torch.zeros(n_condition, levels, *shape, dtype=dtype))

    def logits(
        self,
        x: Float[Tensor, "batch colors height width"],
        condition: Float[Tensor, "batch n_condition"] | None = None,
    ) -> Float[Tensor, "batch levels colors height width"]:
        """The table, plus c V where a condition c (batch, n_condition) is given."""
        logits = self.table.expand(len(x), *self.table.shape)
        return logits if condition is None else logits + torch.tensordot(condition, self.V, dims=1)
