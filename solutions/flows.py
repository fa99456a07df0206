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
    ### BEGIN SOLUTION
    # Why so: The log-scale enters as it is, with no log of a scale that may have become 0. It is
    # subtracted inside the sum over dimensions, so that one row broadcasts to all points.
    z = (x - shift) * torch.exp(-log_scale)
    log_base = -0.5 * (z.square() + math.log(2 * math.pi))
    return (log_base - log_scale).sum(dim=1)
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: softplus(a) is log(1 + eᵃ) without the overflow of eᵃ, which is ∞ from a = 89 on in
    # float32.
    wu = w @ u
    return u + (F.softplus(wu) - 1 - wu) * w / (w @ w)
    ### END SOLUTION


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
        ### BEGIN SOLUTION
        # Why so: The determinant of the identity plus û times a row is a single dot product, no D×D
        # matrix. It is positive, thanks to constrain_u, so the bars may go; log1p keeps the digits
        # where it is near 1.
        u = constrain_u(self.u, self.w)
        h = torch.tanh(z @ self.w + self.b)  # (batch,)
        return z + h[:, None] * u, torch.log1p((1 - h.square()) * (self.w @ u))
        ### END SOLUTION


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
        ### BEGIN SOLUTION
        # Why so: The network sees only what is kept: this makes the Jacobian triangular, up to the
        # order of the coordinates, and its determinant the product of the scales.
        kept, free = self.mask * z, 1 - self.mask
        s, t = self.scale_and_shift(kept)
        return kept + free * (z * torch.exp(s) + t), (free * s).sum(dim=1)
        ### END SOLUTION

    def inverse(self, x: Float[Tensor, "batch dim"]) -> Step:
        """Towards the noise, in one pass: s, t = scale_and_shift(m ⊙ x), since m ⊙ x = m ⊙ z, and

        z = m ⊙ x + (1 - m) ⊙ (x - t) ⊙ e⁻ˢ and log|det ∂z/∂x| = -Σ_i (1 - m_i) s_i.

        Args:
            x: (batch, dim) points.

        Returns:
            z, (batch, dim), and log|det|, (batch,) nats.

        Source: Dinh, Sohl-Dickstein & Bengio (2017), eq. 8.
        """
        ### BEGIN SOLUTION
        # Why so: What is kept is the same on both sides, so that the network runs forwards here
        # too. It is never inverted and may be any function.
        kept, free = self.mask * x, 1 - self.mask
        s, t = self.scale_and_shift(kept)
        return kept + free * (x - t) * torch.exp(-s), -(free * s).sum(dim=1)
        ### END SOLUTION


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
        ### BEGIN SOLUTION
        # Why so: Each inverse tells the log-determinant of its own Jacobian, so that all are added
        # and no sign changes. Data goes back to noise, so the last layer is the first to be undone.
        z, total = x, x.new_zeros(len(x))
        for layer in reversed(self.layers):
            z, log_det = layer.inverse(z)
            total = total + log_det
        return total - 0.5 * (z.square() + math.log(2 * math.pi)).sum(dim=1)
        ### END SOLUTION

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
        ### BEGIN SOLUTION
        # Why so: The noise is drawn on the CPU, by a generator of this call, and moved then: a seed
        # gives the same noise on every device, and the global random state is left alone.
        generator = torch.Generator().manual_seed(seed)
        x = torch.randn(n, self.n_dims, generator=generator).to(self.layers[0].mask)
        for layer in self.layers:
            x, _ = layer(x)
        return x
        ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: slogdet works with the log of the absolute value from the start: a determinant of many
    # channels may over- or underflow, or be negative. The matrix is the same at all places, so once
    # is enough.
    y = torch.einsum("oc,bchw->bohw", W, x)
    log_det = x.shape[2] * x.shape[3] * torch.linalg.slogdet(W).logabsdet
    return y, log_det.expand(len(x))
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: The noise is added before the division, so that it is exactly one level wide. The
    # levels take its dtype, in whatever dtype the images were stored.
    return (x.to(noise) + noise) / levels
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: The data is all there, so that one pass gives every μ_i and α_i. Coordinate i depends
    # on those before it: the Jacobian is triangular, and its log-determinant is a sum.
    mu, alpha = conditioner(x)
    return (x - mu) * torch.exp(-alpha), -alpha.sum(dim=1)
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: Each x_i needs those before it, hence D passes. cat makes a new tensor each time:
    # writing into the old one would destroy what the gradients of the earlier passes need.
    x = torch.zeros_like(z)
    for i in range(z.shape[1]):
        mu, alpha = conditioner(x)
        x_i = mu[:, i] + torch.exp(alpha[:, i]) * z[:, i]
        x = torch.cat([x[:, :i], x_i[:, None], x[:, i + 1 :]], dim=1)
    return x, alpha.sum(dim=1)  # the last pass has seen all that any α_i depends on
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: The network reads the noise, which is all there: one pass, as for `maf_inverse`. The
    # price is paid by the inverse, which would need D of them.
    mu, alpha = conditioner(z, context)
    return mu + torch.exp(alpha) * z, alpha.sum(dim=1)
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: (2π)^(-L/2) stands in both densities and cancels. Without layers the last sum is 0,
    # and this is the plain bound of lecture 5, with the KL term estimated from the draw.
    log_prior = -0.5 * z_K.square().sum(dim=1)
    log_q_0 = -0.5 * ((z_0 - mu).square() / logvar.exp() + logvar).sum(dim=1)
    return log_px_z + log_prior - log_q_0 + log_dets.sum(dim=0)
    ### END SOLUTION
