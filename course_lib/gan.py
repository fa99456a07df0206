# ruff: noqa: F401, RUF100
"""Lecture 6, GANs: a second network says whether an image looks real, the first learns to fool it.

Notation: `p` is the distribution of the data and `q` that of the generator, x = G(z) with noise z.
A discriminator gives a *logit* a(x), one number an example; D(x) = σ(a(x)) is its probability for
"real". Losses are in nats, averaged over the batch and minimised by the player they belong to.
JSD(p, q) = ½ KL(p ‖ m) + ½ KL(q ‖ m) with m = (p + q)/2: between 0 and log 2.
"""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from course_lib.kit.networks import adversarial


def optimal_discriminator(
    p: Float[Tensor, "*states"], q: Float[Tensor, "*states"]
) -> Float[Tensor, "*states"]:
    """The best answer to "is it real?", where both distributions are known.

    D*(x) = p(x) / (p(x) + q(x)), and ½ where neither has been seen: p(x) = q(x) = 0.

    Args:
        p: densities or probabilities of the data at some points.
        q: those of the generator, at the same points.

    Returns:
        Probabilities for "real", in the shape of p.

    Source: Goodfellow et al. (2014), Proposition 1, eq. 2.
    """
    raise NotImplementedError("not implemented yet: `gan.optimal_discriminator`, section 6.1")


def value(
    p: Float[Tensor, " states"], q: Float[Tensor, " states"], d: Float[Tensor, " states"]
) -> Float[Tensor, ""]:
    """The value of the game: what the discriminator maximises and the generator minimises.

    V = Σ_x p(x) log D(x) + Σ_x q(x) log(1 - D(x)), where 0 · log 0 = 0.

    Args:
        p: probabilities of the data (density times width, on a grid), sum 1.
        q: probabilities of the generator, sum 1.
        d: the discriminator's probabilities for "real", 0 … 1.

    Returns:
        V in nats, a tensor without axes; -∞ where a state that occurs is excluded by D.

    Source: Goodfellow et al. (2014), eq. 1.
    """
    raise NotImplementedError("not implemented yet: `gan.value`, section 6.2")


def jsd(p: Float[Tensor, " states"], q: Float[Tensor, " states"]) -> Float[Tensor, ""]:
    """Jensen-Shannon divergence of two discrete distributions.

    JSD(p, q) = ½ KL(p ‖ m) + ½ KL(q ‖ m) with m = (p + q)/2, where 0 · log 0 = 0.

    Args:
        p: probabilities, sum 1.
        q: probabilities, sum 1.

    Returns:
        Nats, 0 … log 2, a tensor without axes.

    Source: Lin (1991); Goodfellow et al. (2014), eqs. 5-6.
    """
    raise NotImplementedError("not implemented yet: `gan.jsd`, section 6.3")


def discriminator_loss(
    real_logits: Float[Tensor, "*real"], fake_logits: Float[Tensor, "*fake"]
) -> Float[Tensor, ""]:
    """Cross-entropy of telling real from fake: an estimate of -V.

    L_D = -mean log D(x) - mean log(1 - D(G(z))), each mean over its own batch.

    Args:
        real_logits: a(x) of real examples.
        fake_logits: a(G(z)) of generated ones, maybe another number of them.

    Returns:
        Nats, a tensor without axes; log 4 for D = ½ everywhere, finite for logits of any size.

    Source: Goodfellow et al. (2014), Algorithm 1.
    """
    raise NotImplementedError("not implemented yet: `gan.discriminator_loss`, section 6.4")


def generator_loss(fake_logits: Float[Tensor, "*fake"], kind: str) -> Float[Tensor, ""]:
    """What the generator minimises; three answers to "how well was D fooled?".

    "minimax": mean log(1 - D(G(z))), the generator's part of V.
    "non_saturating": -mean log D(G(z)).
    "least_squares": ½ mean (a(G(z)) - 1)².

    Args:
        fake_logits: a(G(z)) of generated examples.
        kind: "minimax", "non_saturating" or "least_squares".

    Returns:
        A tensor without axes; in nats for the first two, finite for logits of any size.

    Raises:
        ValueError: another kind; the text says which one it was.

    Source: Goodfellow et al. (2014), eq. 1 and end of Section 3; Mao et al. (2017), eq. 2 with
    b = c = 1.
    """
    raise NotImplementedError("not implemented yet: `gan.generator_loss`, section 6.5")


def least_squares_discriminator_loss(
    real_logits: Float[Tensor, "*real"], fake_logits: Float[Tensor, "*fake"]
) -> Float[Tensor, ""]:
    """Regression in place of classification: real examples should get 1, fake ones 0.

    L_D = ½ mean (a(x) - 1)² + ½ mean a(G(z))², of the outputs themselves, without a sigmoid.

    Args:
        real_logits: a(x) of real examples.
        fake_logits: a(G(z)) of generated ones, maybe another number of them.

    Returns:
        A tensor without axes.

    Source: Mao et al. (2017), eq. 2 with a = 0, b = c = 1.
    """
    raise NotImplementedError(
        "not implemented yet: `gan.least_squares_discriminator_loss`, section 6.6"
    )


class Generator(adversarial.Generator):
    """A fully connected generator, z → x."""


class Discriminator(adversarial.Discriminator):
    """A fully connected discriminator; its methods are the exercises' losses of its own logits."""

    def loss(
        self, real: Float[Tensor, "real dim"], fake: Float[Tensor, "fake dim"]
    ) -> Float[Tensor, ""]:
        """`discriminator_loss` of real and generated examples."""
        return discriminator_loss(self(real), self(fake))


def train_step(
    generator: nn.Module,
    discriminator: nn.Module,
    g_opt: torch.optim.Optimizer,
    d_opt: torch.optim.Optimizer,
    real: Float[Tensor, "real ..."],
    z: Float[Tensor, "fake ..."],
    kind: str = "non_saturating",
) -> tuple[Float[Tensor, ""], Float[Tensor, ""]]:
    """One move of each player: first the discriminator's, then the generator's against the new D.

    The discriminator's loss is `least_squares_discriminator_loss` for kind "least_squares", else
    `discriminator_loss`; the generator's is `generator_loss(…, kind)`, of the same z. The first
    move changes nothing but D, the second nothing but G. Afterwards no parameter of either network
    holds a gradient: `.grad` is None or zero.

    Args:
        generator: z → x.
        discriminator: x → logits.
        g_opt: optimiser of the generator's parameters.
        d_opt: optimiser of the discriminator's parameters.
        real: a batch of real examples.
        z: noise for a batch of generated ones.
        kind: as for `generator_loss`.

    Returns:
        The discriminator's loss before its move and the generator's before its own, without graph.

    Source: Goodfellow et al. (2014), Algorithm 1 with k = 1.
    """
    raise NotImplementedError("not implemented yet: `gan.train_step`, section 6.7")


def bilinear_dynamics(
    steps: int,
    lr: float,
    alternating: bool,
    start: tuple[float, float] = (1.0, 0.0),
    dtype: torch.dtype | None = None,
) -> Float[Tensor, "points 2"]:
    """Gradient steps in the game min_θ max_φ θ φ, whose only equilibrium is (0, 0).

    Simultaneous: θ' = θ - η φ and φ' = φ + η θ. Alternating, φ first as in `train_step`:
    φ' = φ + η θ, then θ' = θ - η φ'.

    Args:
        steps: how many, at least 0.
        lr: the step size η.
        alternating: whether θ already sees the new φ.
        start: (θ, φ) at first.
        dtype: of the result; torch's default by default.

    Returns:
        (steps + 1, 2) the points (θ, φ), the start included.

    Source: the course's example; compare Mescheder, Geiger & Nowozin (2018), Section 2.
    """
    raise NotImplementedError("not implemented yet: `gan.bilinear_dynamics`, section 6.8")


def mode_coverage(
    samples: Float[Tensor, "n dim"], centers: Float[Tensor, "modes dim"], radius: float
) -> tuple[Int[Tensor, ""], Float[Tensor, ""]]:
    """How many modes were found, and how many samples lie near one.

    A sample is good if its distance to the nearest center is at most the radius. A mode is hit if
    at least one good sample is nearest to it.

    Args:
        samples: (n, dim) generated points.
        centers: (modes, dim) means of the data's modes.
        radius: how far a good sample may lie away, such as three standard deviations.

    Returns:
        The number of modes that are hit (int64), and the share of good samples (0 … 1, in the dtype
        of the samples), both without axes.

    Source: Srivastava et al. (2017), Section 4.
    """
    raise NotImplementedError("not implemented yet: `gan.mode_coverage`, section 6.9")


def with_label(
    x: Float[Tensor, "batch channels *size"], y: Int[Tensor, " batch"], n_classes: int
) -> Float[Tensor, "batch more_channels *size"]:
    """Appends the class to an input: as a one-hot code to a vector, as constant maps to an image.

    Channel c of the result is x's for c < channels; channel (channels + k) is 1 everywhere for
    examples of class k and 0 everywhere for the others.

    Args:
        x: (batch, channels) vectors, or (batch, channels, height, width) images.
        y: (batch,) classes, 0 … n_classes - 1.
        n_classes: how many classes there are.

    Returns:
        (batch, channels + n_classes), or with height and width; dtype and device of x.

    Source: Mirza & Osindero (2014), Section 3.2.
    """
    raise NotImplementedError("not implemented yet: `gan.with_label`, section 6.10")
