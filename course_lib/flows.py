# ruff: noqa: F401, RUF100
"""Lecture 8, flows: a simple density, pushed through invertible maps whose stretching is counted.

Notation: `z` is noise from the base N(0, I), `x` is data. `forward` always goes from noise towards
data, `inverse` from data towards noise. Each returns the new point and log|det| of *its own*
Jacobian, one number an example, in nats; the two of a layer are negatives of each other. A scale
is always given by its logarithm: `log_scale` is log σ, not log σ².
"""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from course_lib.lectures.flows.networks import MaskedConditioner, bounded, small_network

Step = tuple[Float[Tensor, "batch dim"], Float[Tensor, " batch"]]  # the point, log|det|


def affine_log_prob(
    x: Float[Tensor, "batch dim"],
    shift: Float[Tensor, "*rows dim"],
    log_scale: Float[Tensor, "*rows dim"],
) -> Float[Tensor, " batch"]:
    """Log-density of x = shift + e^log_scale ⊙ z with z ~ N(0, I), by the change of variables.

    log p(x) = log N(z; 0, I) + log|det ∂z/∂x| with z = (x - shift) ⊙ e^(-log_scale).

    Args:
        x: (batch, dim) points.
        shift: (dim,), or (batch, dim) for a shift of each point's own.
        log_scale: (dim,) or (batch, dim), logarithm of the scale (not of its square).

    Returns:
        (batch,) log-densities in nats, all constants included.

    Source: Rezende & Mohamed (2015), eq. 5, for an affine map.
    """
    raise NotImplementedError("not implemented yet: `flows.affine_log_prob`, section 8.1")


def constrain_u(u: Float[Tensor, " dim"], w: Float[Tensor, " dim"]) -> Float[Tensor, " dim"]:
    """The nearest thing to u with which a planar layer is invertible: w · û > -1.

    û = u + (m(w·u) - w·u) w / |w|² with m(a) = -1 + log(1 + eᵃ). So w · û = m(w·u), and what is
    perpendicular to w stays as it is.

    Args:
        u: (dim,) any vector.
        w: (dim,) not the zero vector.

    Returns:
        (dim,) û.

    Source: Rezende & Mohamed (2015), Appendix A.1.
    """
    raise NotImplementedError("not implemented yet: `flows.constrain_u`, section 8.2")


class PlanarFlow(nn.Module):
    """One planar layer: space is stretched or squeezed along u, across a plane w·z + b = 0."""

    def __init__(self, n_dims: int, seed: int = 0, dtype: torch.dtype | None = None):
        """Small random u (D,) and w (D,), b () zero."""
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        dtype = dtype or torch.get_default_dtype()
        # Drawn in float64, so that a seed means the same weights in every dtype.
        u, w = torch.randn(2, n_dims, generator=generator, dtype=torch.float64)
        self.u = nn.Parameter((0.1 * u).to(dtype))
        self.w = nn.Parameter(w.to(dtype))
        self.b = nn.Parameter(torch.zeros((), dtype=dtype))

    def forward(self, z: Float[Tensor, "batch dim"]) -> Step:
        """The points behind the layer, and how much it stretched space at each.

        f(z) = z + û tanh(w·z + b), with û = constrain_u(u, w);
        log|det ∂f/∂z| = log|1 + û·w (1 - tanh²(w·z + b))|.

        Args:
            z: (batch, dim) points.

        Returns:
            f(z), (batch, dim), and log|det|, (batch,) nats.

        Source: Rezende & Mohamed (2015), eqs. 10-12.
        """
        raise NotImplementedError("not implemented yet: `flows.PlanarFlow.forward`, section 8.3")


class AffineCoupling(nn.Module):
    """Keeps the coordinates where the mask is 1; what they are scales and shifts the others."""

    mask: Tensor
    gain: Tensor

    def __init__(
        self,
        mask: Float[Tensor, " dim"],
        n_hidden: int = 32,
        seed: int = 0,
        dtype: torch.dtype | None = None,
    ):
        """A network of two hidden layers; `gain` multiplies every log-scale and is 1."""
        super().__init__()
        dtype = dtype or torch.get_default_dtype()
        self.register_buffer("mask", mask.to(dtype))
        self.register_buffer("gain", torch.ones((), dtype=dtype))
        self.net = small_network([len(mask), n_hidden, n_hidden, 2 * len(mask)], seed, dtype)

    def scale_and_shift(
        self, kept: Float[Tensor, "batch dim"]
    ) -> tuple[Float[Tensor, "batch dim"], Float[Tensor, "batch dim"]]:
        """Log-scale s and shift t that the network computes, for *all* D places.

        Args:
            kept: (batch, dim) the kept coordinates, with zeros at all other places.
        """
        raw, t = self.net(kept).chunk(2, dim=1)
        return self.gain * bounded(raw), t

    def forward(self, z: Float[Tensor, "batch dim"]) -> Step:
        """Towards the data: with the mask m and s, t = scale_and_shift(m ⊙ z),

        x = m ⊙ z + (1 - m) ⊙ (z ⊙ eˢ + t) and log|det ∂x/∂z| = Σ_i (1 - m_i) s_i.

        Args:
            z: (batch, dim) points.

        Returns:
            x, (batch, dim), and log|det|, (batch,) nats.

        Source: Dinh, Sohl-Dickstein & Bengio (2017), eqs. 6 and 9.
        """
        raise NotImplementedError(
            "not implemented yet: `flows.AffineCoupling.forward`, section 8.4"
        )

    def inverse(self, x: Float[Tensor, "batch dim"]) -> Step:
        """Towards the noise, in one pass: s, t = scale_and_shift(m ⊙ x), since m ⊙ x = m ⊙ z, and

        z = m ⊙ x + (1 - m) ⊙ (x - t) ⊙ e⁻ˢ and log|det ∂z/∂x| = -Σ_i (1 - m_i) s_i.

        Args:
            x: (batch, dim) points.

        Returns:
            z, (batch, dim), and log|det|, (batch,) nats.

        Source: Dinh, Sohl-Dickstein & Bengio (2017), eq. 8.
        """
        raise NotImplementedError(
            "not implemented yet: `flows.AffineCoupling.inverse`, section 8.5"
        )


class Flow(nn.Module):
    """RealNVP: noise through coupling layers, two and two with opposite masks."""

    layers: list[AffineCoupling]

    def __init__(
        self,
        n_dims: int,
        n_layers: int = 6,
        n_hidden: int = 32,
        seed: int = 0,
        dtype: torch.dtype | None = None,
    ):
        """Layers 0, 2, … keep a random half of the coordinates, the next one the other half."""
        super().__init__()
        self.n_dims = n_dims
        generator = torch.Generator().manual_seed(seed)
        layers = []
        for k in range(n_layers):
            if k % 2 == 0:
                mask = (torch.randperm(n_dims, generator=generator) % 2).double()
            layers.append(AffineCoupling((mask + k) % 2, n_hidden, 1000 * seed + k, dtype))
        self.layers = nn.ModuleList(layers)  # type: ignore[assignment]

    def log_prob(self, x: Float[Tensor, "batch dim"]) -> Float[Tensor, " batch"]:
        """Exact log-density: back through all layers to the noise, and count the stretching.

        log p(x) = log N(z_0; 0, I) + Σ_k log|det ∂z_{k-1}/∂z_k|, z_K = x, z_{k-1} = f_k⁻¹(z_k).

        Args:
            x: (batch, dim) points.

        Returns:
            (batch,) log-densities in nats, all constants included.

        Source: Dinh, Sohl-Dickstein & Bengio (2017), eq. 3; Rezende & Mohamed (2015), eq. 7.
        """
        raise NotImplementedError("not implemented yet: `flows.Flow.log_prob`, section 8.6")

    @torch.no_grad()
    def sample(self, n: int, seed: int) -> Float[Tensor, "n dim"]:
        """Draws n points: noise through the layers, first to last.

        z ~ N(0, I), x = f_K(… f_2(f_1(z))).

        Args:
            n: number of points.
            seed: of a CPU `torch.Generator`, so that every device draws the same points.

        Returns:
            (n, dim) points in the dtype of the weights.

        Source: Dinh, Sohl-Dickstein & Bengio (2017), Section 3.1.
        """
        raise NotImplementedError("not implemented yet: `flows.Flow.sample`, section 8.7")


def invertible_1x1(
    x: Float[Tensor, "batch channels height width"], W: Float[Tensor, "channels channels"]
) -> tuple[Float[Tensor, "batch channels height width"], Float[Tensor, " batch"]]:
    """A 1×1 convolution with an invertible matrix: a learnable permutation of the channels.

    y[:, :, i, j] = W x[:, :, i, j] at each place (i, j), and
    log|det ∂y/∂x| = height · width · log|det W|.

    Args:
        x: (batch, channels, height, width) feature maps.
        W: (channels, channels) invertible matrix; its determinant may be negative, and nearer to 0
            than any number of its dtype.

    Returns:
        y in the shape of x, and log|det|, (batch,) nats, the same for every example.

    Source: Kingma & Dhariwal (2018), Section 3.2.
    """
    raise NotImplementedError("not implemented yet: `flows.invertible_1x1`, section 8.8")


def dequantize(
    x: Float[Tensor, "*shape"] | Int[Tensor, "*shape"], levels: int, noise: Float[Tensor, "*shape"]
) -> Float[Tensor, "*shape"]:
    """Spreads each grey level evenly over its own bin of the unit interval.

    y = (x + u) / levels: level k lands in [k / levels, (k + 1) / levels).

    Args:
        x: levels 0 … levels - 1, of any dtype.
        levels: how many there are.
        noise: u, uniform on [0, 1), in the shape of x.

    Returns:
        y in [0, 1), in the shape of x and the dtype of the noise.

    Source: Theis, van den Oord & Bethge (2016), Section 3.1.
    """
    raise NotImplementedError("not implemented yet: `flows.dequantize`, section 8.9")


class Conditioner(MaskedConditioner):
    """The autoregressive network of MAF and IAF; given, in `course_lib/lectures/flows/networks.py`.

    `Conditioner(n_dims, n_hidden, n_context=0, seed=0, dtype=None)`; called with points (batch, D)
    and, where n_context > 0, a context (batch, n_context), it returns shift μ and log-scale α, both
    (batch, D). Entry i of either depends on coordinates 0 … i - 1 only.
    """


def maf_inverse(x: Float[Tensor, "batch dim"], conditioner: Conditioner) -> Step:
    """Masked autoregressive flow, from data to noise: one pass through the network.

    z_i = (x_i - μ_i(x_<i)) e^(-α_i(x_<i)) and log|det ∂z/∂x| = -Σ_i α_i(x_<i).

    Args:
        x: (batch, dim) data.
        conditioner: points → shift μ and log-scale α, both (batch, dim).

    Returns:
        z, (batch, dim), and log|det|, (batch,) nats.

    Source: Papamakarios, Pavlakou & Murray (2017), Section 3.1.
    """
    raise NotImplementedError("not implemented yet: `flows.maf_inverse`, section 8.10")


def maf_forward(z: Float[Tensor, "batch dim"], conditioner: Conditioner) -> Step:
    """Masked autoregressive flow, from noise to data: one coordinate after the other, D passes.

    x_i = μ_i(x_<i) + e^(α_i(x_<i)) z_i and log|det ∂x/∂z| = Σ_i α_i(x_<i).

    Args:
        z: (batch, dim) noise.
        conditioner: points → shift μ and log-scale α, both (batch, dim).

    Returns:
        x, (batch, dim), and log|det|, (batch,) nats.

    Source: Papamakarios, Pavlakou & Murray (2017), Section 3.1.
    """
    raise NotImplementedError("not implemented yet: `flows.maf_forward`, section 8.11")


def iaf_forward(
    z: Float[Tensor, "batch dim"],
    conditioner: Conditioner,
    context: Float[Tensor, "batch features"] | None = None,
) -> Step:
    """Inverse autoregressive flow, from noise to data: one pass, since all the noise is there.

    x_i = μ_i(z_<i) + e^(α_i(z_<i)) z_i and log|det ∂x/∂z| = Σ_i α_i(z_<i).

    Args:
        z: (batch, dim) noise.
        conditioner: points and context → shift μ and log-scale α, both (batch, dim).
        context: (batch, features) what else the network sees; None where n_context is 0.

    Returns:
        x, (batch, dim), and log|det|, (batch,) nats.

    Source: Kingma et al. (2016), Section 3, with the scale as an exponential.
    """
    raise NotImplementedError("not implemented yet: `flows.iaf_forward`, section 8.12")


def flow_elbo(
    log_px_z: Float[Tensor, " batch"],
    z_0: Float[Tensor, "batch latent"],
    z_K: Float[Tensor, "batch latent"],
    mu: Float[Tensor, "batch latent"],
    logvar: Float[Tensor, "batch latent"],
    log_dets: Float[Tensor, "layers batch"],
) -> Float[Tensor, " batch"]:
    """The evidence lower bound of a VAE whose posterior is a flow, from one draw an example.

    L = log p(x|z_K) + log N(z_K; 0, I) - log q_K(z_K|x) with
    log q_K(z_K|x) = log N(z_0; mu, diag e^logvar) - Σ_k log|det ∂z_k/∂z_{k-1}|.

    Args:
        log_px_z: (batch,) log p(x|z_K), nats.
        z_0: (batch, latent) the draw from N(mu, diag e^logvar).
        z_K: (batch, latent) the same draw behind the last layer.
        mu: (batch, latent) means of q_0.
        logvar: (batch, latent) logarithms of the *variances* of q_0, as in lecture 5.
        log_dets: (layers, batch) log|det| of each layer; (0, batch) without layers.

    Returns:
        (batch,) nats; the mean over draws is at most log p(x).

    Source: Rezende & Mohamed (2015), eq. 15 (there with the opposite sign).
    """
    raise NotImplementedError("not implemented yet: `flows.flow_elbo`, section 8.13")
