"""The given part of a variational autoencoder: its two networks, and sampling from it."""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from course_lib.kit.networks.fully_connected import fully_connected

__all__ = ["EncoderDecoder"]


class EncoderDecoder(nn.Module):
    """The networks of q(z|x) and p(x|z), and what follows from the decoder alone.

    With n_classes > 0 the class y of each example is an input of both: q(z|x, y) and p(x|z, y). Its
    one-hot code stands behind x and behind z, so the last n_classes columns of the first weight
    matrices belong to it.

    Source: Kingma & Welling (2014); with classes: Sohn, Lee & Yan (2015).
    """

    def __init__(
        self,
        n_visible: int,
        n_latent: int,
        n_hidden: int,
        *,
        n_classes: int = 0,
        likelihood: str = "bernoulli",
        noise_variance: float = 1.0,
        seed: int = 0,
        dtype: torch.dtype | None = None,
    ) -> None:
        """Random weights and zero biases.

        Args:
            n_visible: D, length of x.
            n_latent: L, length of z.
            n_hidden: tanh units in the encoder, and as many in the decoder; 0 for linear maps.
            n_classes: number of classes; 0 for a model that is told none.
            likelihood: "bernoulli" (the decoder gives logits) or "gaussian" (it gives means).
            noise_variance: of each x_i around its mean, for "gaussian".
            seed: of the weights.
            dtype: of the weights.

        Raises:
            ValueError: another likelihood.
        """
        super().__init__()
        if likelihood not in ("bernoulli", "gaussian"):
            raise ValueError(f"likelihood {likelihood!r}: expected 'bernoulli' or 'gaussian'")
        self.n_latent, self.n_classes = n_latent, n_classes
        self.likelihood, self.noise_variance = likelihood, noise_variance
        generator = torch.Generator().manual_seed(seed)
        hidden = [n_hidden] if n_hidden else []
        to_latent = [n_visible + n_classes, *hidden, 2 * n_latent]
        to_visible = [n_latent + n_classes, *hidden, n_visible]
        self.encoder = fully_connected(to_latent, nn.Tanh(), generator, dtype=dtype)
        self.decoder = fully_connected(to_visible, nn.Tanh(), generator, dtype=dtype)

    @property
    def _last(self) -> nn.Linear:
        layer = self.decoder[-1]
        assert isinstance(layer, nn.Linear)
        return layer

    @torch.no_grad()
    def init_independent_(self, x: Float[Tensor, "batch dim"]) -> None:
        """Set the decoder's last biases to the logits of the pixels' means."""
        self._last.bias.copy_(torch.logit((x.sum(0) + 1) / (len(x) + 2)))

    def encode(
        self, x: Float[Tensor, "batch dim"], y: Int[Tensor, " batch"] | None = None
    ) -> tuple[Float[Tensor, "batch latent"], Float[Tensor, "batch latent"]]:
        """mu and logvar of q(z|x), or of q(z|x, y)."""
        mu, logvar = self.encoder(self._with_class(x, y)).chunk(2, dim=-1)
        return mu, logvar

    def decode(
        self, z: Float[Tensor, "*batch latent"], y: Int[Tensor, " n"] | None = None
    ) -> Float[Tensor, "*batch dim"]:
        """Logits of p(x|z) ("bernoulli"), or its means ("gaussian"); of p(x|z, y) with a class."""
        return self.decoder(self._with_class(z, y))

    def log_likelihood(
        self,
        x: Float[Tensor, "batch dim"],
        z: Float[Tensor, "*samples batch latent"],
        y: Int[Tensor, " batch"] | None = None,
    ) -> Float[Tensor, "*samples batch"]:
        """log p(x|z), or log p(x|z, y), in nats: summed over x, all constants included."""
        out = self.decode(z, y)
        x = x.expand_as(out)
        if self.likelihood == "gaussian":
            constant = math.log(2 * math.pi * self.noise_variance)
            return -0.5 * ((x - out).square() / self.noise_variance + constant).sum(dim=-1)
        return -F.binary_cross_entropy_with_logits(out, x, reduction="none").sum(dim=-1)

    @torch.no_grad()
    def sample(
        self, n: int, seed: int, y: Int[Tensor, " n"] | None = None
    ) -> Float[Tensor, "n dim"]:
        """z ~ N(0, I), then x ~ p(x|z), or p(x|z, y): one pass through the decoder for all of x."""
        generator = torch.Generator().manual_seed(seed)
        z = torch.randn(n, self.n_latent, generator=generator).to(self._last.weight)
        out = self.decode(z, y)
        if self.likelihood == "gaussian":
            noise = torch.randn(out.shape, generator=generator).to(out)
            return out + math.sqrt(self.noise_variance) * noise
        return (torch.rand(out.shape, generator=generator).to(out) < torch.sigmoid(out)).to(out)

    def _with_class(self, values: Tensor, y: Tensor | None) -> Tensor:
        """The values, and behind them a one in the place of the class."""
        if (y is None) != (self.n_classes == 0):
            given = "no y" if y is None else "a y"
            raise ValueError(f"a model with n_classes={self.n_classes} was given {given}")
        if y is None:
            return values
        one_hot = (y[:, None] == torch.arange(self.n_classes, device=y.device)).to(values)
        return torch.cat([values, one_hot.expand(*values.shape[:-1], -1)], dim=-1)
