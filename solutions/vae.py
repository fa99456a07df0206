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
    ### BEGIN SOLUTION
    # Why so: Softmax normalises in logarithms: where every density underflows, a quotient would be
    # 0/0. The triangular factor gives quadratic form and determinant, and no matrix is inverted.
    L = torch.linalg.cholesky(covs)  # C = L Lᵀ, so that the quadratic form is |L⁻¹ (x - m)|²
    away = (x[:, None, :] - means).transpose(0, 1)  # (parts, batch, dim)
    white = torch.linalg.solve_triangular(L, away.transpose(1, 2), upper=False)
    half_log_det = L.diagonal(dim1=1, dim2=2).log().sum(1)
    # (2π)^(-dim/2) is the same in every part: it cancels.
    log_joint = weights.log() - half_log_det - 0.5 * white.square().sum(1).T
    return torch.softmax(log_joint, dim=1)
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: The covariance is taken around the new means: around the old ones it would come out
    # too large. einsum sums over the examples without a (batch, parts, dim, dim) tensor of all
    # outer products.
    r = responsibilities(x, weights, means, covs)
    count = r.sum(0)  # N_k
    new_means = (r.T @ x) / count[:, None]
    away = x[:, None, :] - new_means  # (batch, parts, dim)
    new_covs = torch.einsum("nk,nki,nkj->kij", r, away, away) / count[:, None, None]
    return count / len(x), new_means, new_covs
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: The singular values of the centred data are the roots of the eigenvalues, times √N.
    # Small ones can be lost to rounding if the covariance, with their squares, were formed first.
    mean = x.mean(0)
    _, S, V = torch.linalg.svd(x - mean, full_matrices=False)  # rows of V by falling S
    return mean, V[:k], S[:k].square() / len(x)
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: The closed form needs no draws of z. With the log of the variance as the network's
    # output, every number is allowed, and the log of a variance that has become 0 is never taken.
    return 0.5 * (mu.square() + logvar.exp() - logvar - 1).sum(dim=1)
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: The noise comes from outside, so that z is a smooth function of mu and logvar and has
    # gradients for both. Half the logvar makes σ without a square root, whose slope at 0 is
    # infinite.
    return mu + torch.exp(0.5 * logvar) * eps
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: Only the reconstruction is estimated by draws. The KL term is known in closed form,
    # and as a rule an estimate of it from the same draws would make the bound noisier.
    return log_px_z - gaussian_kl(mu, logvar)
    ### END SOLUTION


def iwae_bound(log_weights: Float[Tensor, "samples batch"]) -> Float[Tensor, " batch"]:
    """The importance-weighted bound on log p(x) from K draws of z: the tighter, the larger K.

    L_K = log 1/K Σ_k w_k with w_k = p(x, z_k) / q(z_k|x), z_k ~ q(z|x).

    Args:
        log_weights: (samples, batch) log w_k, nats.

    Returns:
        (batch,) nats; finite where the weights themselves under- or overflow.

    Source: Burda, Grosse & Salakhutdinov (2016), Section 3.
    """
    ### BEGIN SOLUTION
    # Why so: The mean is over the weights and not over their logs, which would be the ELBO again.
    # e^(-200) is 0 in float32, so logsumexp takes the largest weight out before it leaves the
    # logarithms.
    return torch.logsumexp(log_weights, dim=0) - math.log(len(log_weights))
    ### END SOLUTION


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
        ### BEGIN SOLUTION
        # Why so: The encoder runs once, because z and the KL term need the same mu and logvar.
        # Nothing is detached: it is through z that the reconstruction teaches the encoder.
        mu, logvar = self.encode(x)
        reconstruction = self.log_likelihood(x, reparameterize(mu, logvar, eps))
        bound = elbo(reconstruction, mu, logvar)
        return bound, reconstruction, gaussian_kl(mu, logvar)
        ### END SOLUTION

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
        ### BEGIN SOLUTION
        # Why so: (z - mu)² / σ² is eps², so nothing is divided by a small variance. (2π)^(-L/2)
        # stands in both densities and cancels.
        mu, logvar = self.encode(x, y)
        z = reparameterize(mu, logvar, eps)  # (samples, batch, latent)
        prior = -0.5 * z.square().sum(-1)
        posterior = -0.5 * (eps.square() + logvar).sum(-1)
        return self.log_likelihood(x, z, y) + prior - posterior
        ### END SOLUTION

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
        ### BEGIN SOLUTION
        # Why so: The decoder is told the class as well: otherwise z would have to carry it, and
        # what z says could not be combined with another class.
        mu, logvar = self.encode(x, y)
        z = reparameterize(mu, logvar, eps)
        reconstruction = self.log_likelihood(x, z, y)
        kl = gaussian_kl(mu, logvar)
        return reconstruction - kl, reconstruction, kl
        ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: The weighted sum gives both ends exactly, where z0 plus t times the difference may
    # miss z1 by rounding. The column of t broadcasts to all points at once.
    if n < 2:
        raise ValueError(f"n={n}: a line has two ends, so at least 2 points are needed")
    t = torch.linspace(0, 1, n, dtype=z0.dtype, device=z0.device)[:, None]
    return (1 - t) * z0 + t * z1
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: A product with zeros and ones sums the rows of a group. Picking the rows out would
    # copy them, and on a GPU wait until their number is known.
    having = has_attribute.to(z)
    lacking = 1 - having
    return having @ z / having.sum() - lacking @ z / lacking.sum()
    ### END SOLUTION
