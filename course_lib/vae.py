# ruff: noqa: F401, RUF100
"""Lecture 5, VAE: a latent variable behind every image, learnt through a bound on log p(x).

Notation: `x (batch, D)` is what is seen and `z (batch, L)` the latent variable behind it;
p(z) = N(0, I) is the prior, p(x|z) the decoder, q(z|x) = N(mu, diag e^logvar) the encoder. `logvar`
is always the logarithm of a *variance*; `eps` is standard normal noise, always an argument.
Log-probabilities, bounds and KL divergences are in nats, one number an example.
"""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from course_lib.kit.networks.encoder_decoder import EncoderDecoder


def responsibilities(
    x: Float[Tensor, "batch dim"],
    weights: Float[Tensor, " parts"],
    means: Float[Tensor, "parts dim"],
    covs: Float[Tensor, "parts dim dim"],
) -> Float[Tensor, "batch parts"]:
    """Posterior of the latent variable of a mixture: which Gaussian did x come from?

    r_nk = p(z = k | x_n) = w_k N(x_n; m_k, C_k) / Σ_j w_j N(x_n; m_j, C_j).

    Args:
        x: (batch, dim) points.
        weights: (parts,) probabilities w_k, sum 1.
        means: (parts, dim) m_k.
        covs: (parts, dim, dim) C_k, symmetric and positive definite.

    Returns:
        (batch, parts) probabilities, each row sums to 1; right also where every density underflows.

    Source: Bishop (2006), eq. 9.13.
    """
    raise NotImplementedError("not implemented yet: `vae.responsibilities`, section 5.1")


def em_step(
    x: Float[Tensor, "batch dim"],
    weights: Float[Tensor, " parts"],
    means: Float[Tensor, "parts dim"],
    covs: Float[Tensor, "parts dim dim"],
) -> tuple[Float[Tensor, " parts"], Float[Tensor, "parts dim"], Float[Tensor, "parts dim dim"]]:
    """One step of expectation-maximisation: Σ_n log p(x_n) never falls.

    With N_k = Σ_n r_nk: w_k = N_k / N, m_k = Σ_n r_nk x_n / N_k and, around the *new* mean,
    C_k = Σ_n r_nk (x_n - m_k)(x_n - m_k)ᵀ / N_k.

    Args:
        x: (batch, dim) points.
        weights: (parts,) w_k before the step.
        means: (parts, dim) m_k before the step.
        covs: (parts, dim, dim) C_k before the step.

    Returns:
        weights, means and covs after the step, in the shapes of the arguments.

    Source: Bishop (2006), eqs. 9.24-9.27.
    """
    raise NotImplementedError("not implemented yet: `vae.em_step`, section 5.2")


def pca(
    x: Float[Tensor, "batch dim"], k: int
) -> tuple[Float[Tensor, " dim"], Float[Tensor, "k dim"], Float[Tensor, " k"]]:
    """The k orthogonal directions along which the data varies most.

    C = 1/N Σ_n (x_n - m)(x_n - m)ᵀ = Σ_j λ_j e_j e_jᵀ with λ_1 >= λ_2 >= …

    Args:
        x: (batch, dim) points.
        k: how many directions, 1 <= k <= min(batch, dim).

    Returns:
        The mean m (dim,); e_1 … e_k as orthonormal rows (k, dim), of either sign; the variances
        λ_1 … λ_k (k,) along them, with N below, not N - 1.

    Source: Bishop (2006), Section 12.1.
    """
    raise NotImplementedError("not implemented yet: `vae.pca`, section 5.3")


def gaussian_kl(
    mu: Float[Tensor, "batch latent"], logvar: Float[Tensor, "batch latent"]
) -> Float[Tensor, " batch"]:
    """KL divergence of a diagonal Gaussian from the standard normal prior.

    KL(N(mu, diag e^logvar) ‖ N(0, I)) = ½ Σ_l (mu_l² + e^logvar_l - logvar_l - 1).

    Args:
        mu: (batch, latent) means.
        logvar: (batch, latent) logarithms of the variances.

    Returns:
        (batch,) nats, never negative.

    Source: Kingma & Welling (2014), Appendix B (there with the opposite sign).
    """
    raise NotImplementedError("not implemented yet: `vae.gaussian_kl`, section 5.4")


def reparameterize(
    mu: Float[Tensor, "*batch latent"],
    logvar: Float[Tensor, "*batch latent"],
    eps: Float[Tensor, "*more latent"],
) -> Float[Tensor, "*more latent"]:
    """A draw from N(mu, diag e^logvar) as a differentiable function of mu and logvar.

    z = mu + σ ⊙ eps with σ = e^(logvar/2), the standard deviation.

    Args:
        mu: (batch, latent) means.
        logvar: (batch, latent) logarithms of the variances.
        eps: (batch, latent) or (samples, batch, latent) standard normal noise.

    Returns:
        z in the shape of eps.

    Source: Kingma & Welling (2014), Section 2.4.
    """
    raise NotImplementedError("not implemented yet: `vae.reparameterize`, section 5.5")


def elbo(
    log_px_z: Float[Tensor, " batch"],
    mu: Float[Tensor, "batch latent"],
    logvar: Float[Tensor, "batch latent"],
) -> Float[Tensor, " batch"]:
    """The evidence lower bound on log p(x), with the KL term in closed form.

    ELBO = E_q[log p(x|z)] - KL(q(z|x) ‖ p(z)) <= log p(x).

    Args:
        log_px_z: (batch,) E_q[log p(x|z)] or an unbiased estimate of it, nats.
        mu: (batch, latent) means of q(z|x).
        logvar: (batch, latent) logarithms of the variances of q(z|x).

    Returns:
        (batch,) nats; to be maximised.

    Source: Kingma & Welling (2014), eq. 3.
    """
    raise NotImplementedError("not implemented yet: `vae.elbo`, section 5.6")


def iwae_bound(log_weights: Float[Tensor, "samples batch"]) -> Float[Tensor, " batch"]:
    """The importance-weighted bound on log p(x) from K draws of z: the tighter, the larger K.

    L_K = log 1/K Σ_k w_k with w_k = p(x, z_k) / q(z_k|x), z_k ~ q(z|x).

    Args:
        log_weights: (samples, batch) log w_k, nats.

    Returns:
        (batch,) nats; finite where the weights themselves under- or overflow.

    Source: Burda, Grosse & Salakhutdinov (2016), Section 3.
    """
    raise NotImplementedError("not implemented yet: `vae.iwae_bound`, section 5.7")


# ELBO, reconstruction and KL of each example, in nats.
Bound = tuple[Float[Tensor, " batch"], Float[Tensor, " batch"], Float[Tensor, " batch"]]


class VAE(EncoderDecoder):
    """A variational autoencoder: prior N(0, I), a decoder p(x|z) and an encoder q(z|x).

    Given by `kit.networks.encoder_decoder.EncoderDecoder`, where you can read them: the constructor
    `VAE(n_visible, n_latent, n_hidden, n_classes=0, likelihood="bernoulli", seed=0)`,
    `encode(x, y=None)` -> mu, logvar, `decode(z, y=None)`, `log_likelihood(x, z, y=None)` =
    log p(x|z), and `sample(n, seed, y=None)`. The class y is for a VAE with n_classes > 0.

    Source: Kingma & Welling (2014).
    """

    def draw_posterior(
        self, x: Float[Tensor, "batch dim"], eps: Float[Tensor, "batch latent"]
    ) -> Float[Tensor, "batch latent"]:
        """One z ~ q(z|x) an example, made of the noise eps; gradients flow into the encoder."""
        return reparameterize(*self.encode(x), eps)

    def forward(
        self, x: Float[Tensor, "batch dim"], eps: Float[Tensor, "batch latent"]
    ) -> Float[Tensor, " batch"]:
        """The ELBO alone, `elbo(x, eps)[0]`."""
        return self.elbo(x, eps)[0]

    def elbo(self, x: Float[Tensor, "batch dim"], eps: Float[Tensor, "batch latent"]) -> Bound:
        """The bound and its two terms, from one draw of z an example.

        ELBO = log p(x|z) - KL(q(z|x) ‖ N(0, I)) with z = mu + e^(logvar/2) ⊙ eps.

        Args:
            x: (batch, dim) data.
            eps: (batch, latent) standard normal noise.

        Returns:
            ELBO, reconstruction log p(x|z) and KL, each (batch,) nats; the first is the second
            minus the third, and its gradient reaches encoder and decoder.

        Source: Kingma & Welling (2014), eqs. 7 and 10 with one draw.
        """
        raise NotImplementedError("not implemented yet: `vae.VAE.elbo`, section 5.8")

    def log_weights(
        self,
        x: Float[Tensor, "batch dim"],
        eps: Float[Tensor, "samples batch latent"],
        y: Int[Tensor, " batch"] | None = None,
    ) -> Float[Tensor, "samples batch"]:
        """Logarithms of the importance weights of several draws of z an example.

        log w = log p(x|z) + log N(z; 0, I) - log N(z; mu, diag e^logvar), z as in `elbo`.

        Args:
            x: (batch, dim) data.
            eps: (samples, batch, latent) standard normal noise.
            y: (batch,) classes, for a VAE with n_classes > 0; goes into encoder and decoder.

        Returns:
            (samples, batch) nats; w is an unbiased estimate of p(x).

        Source: Burda, Grosse & Salakhutdinov (2016), Section 3.
        """
        raise NotImplementedError("not implemented yet: `vae.VAE.log_weights`, section 5.9")

    def conditional_elbo(
        self,
        x: Float[Tensor, "batch dim"],
        y: Int[Tensor, " batch"],
        eps: Float[Tensor, "batch latent"],
    ) -> Bound:
        """The bound on log p(x|y) and its two terms, for a VAE with n_classes > 0.

        ELBO = log p(x|z, y) - KL(q(z|x, y) ‖ N(0, I)); the prior of z does not depend on y.

        Args:
            x: (batch, dim) data.
            y: (batch,) classes, 0 … n_classes - 1; seen by the encoder *and* the decoder.
            eps: (batch, latent) standard normal noise.

        Returns:
            ELBO, reconstruction log p(x|z, y) and KL, each (batch,) nats.

        Source: Sohn, Lee & Yan (2015), Section 4 (our x is their y), with a prior that ignores y.
        """
        raise NotImplementedError("not implemented yet: `vae.VAE.conditional_elbo`, section 5.10")


def interpolate(
    z0: Float[Tensor, " latent"], z1: Float[Tensor, " latent"], n: int
) -> Float[Tensor, "n latent"]:
    """n evenly spaced points on the straight line from z0 to z1, both ends included.

    z_t = (1 - t) z0 + t z1 for t = 0, 1/(n-1), …, 1.

    Args:
        z0: (latent,) the first point.
        z1: (latent,) the last point.
        n: how many points, at least 2.

    Returns:
        (n, latent) points; row 0 is z0, row n - 1 is z1.

    Raises:
        ValueError: n is less than 2; the text says which n it was.

    Source: the course's convention; spherical paths are another one (White, 2016).
    """
    raise NotImplementedError("not implemented yet: `vae.interpolate`, section 5.11")


def attribute_direction(
    z: Float[Tensor, "batch latent"], has_attribute: Bool[Tensor, " batch"]
) -> Float[Tensor, " latent"]:
    """The direction in latent space that adds an attribute: the difference of two means.

    Δ = mean of z with the attribute - mean of z without it.

    Args:
        z: (batch, latent) posterior means of examples.
        has_attribute: (batch,) True where the example has it; some have it and some do not.

    Returns:
        (latent,) Δ: z + s Δ has more of the attribute for s > 0 and less for s < 0.

    Source: Larsen et al. (2016), visual attribute vectors.
    """
    raise NotImplementedError("not implemented yet: `vae.attribute_direction`, section 5.12")
