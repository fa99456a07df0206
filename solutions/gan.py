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
    ### BEGIN SOLUTION
    # Why so: Every place is computed, and the NaN of 0/0 is then replaced. A small number added to
    # the denominator would give 0 there instead of ½, and be a little wrong everywhere else.
    total = p + q
    return torch.where(total > 0, p / total, 0.5)
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: Both functions are 0 where their first factor is 0, where a product with log 0 is NaN.
    # The second keeps the digits of log(1 - d) for a small d, which 1 - d rounds off.
    return torch.xlogy(p, d).sum() + torch.special.xlog1py(q, -d).sum()
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: log p - log m, not log(p/m): where nothing is, p/m is 0/0.
    m = (p + q) / 2
    kl_p = (torch.xlogy(p, p) - torch.xlogy(p, m)).sum()
    kl_q = (torch.xlogy(q, q) - torch.xlogy(q, m)).sum()
    return (kl_p + kl_q) / 2
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: -log σ(a) = softplus(-a), and -log(1 - σ(a)) = softplus(a): finite for logits of any
    # size, where the log of a sigmoid that has been rounded to 0 is -∞.
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: Both logarithms are softplus of the logit, so no probability is rounded to 0 or 1 on
    # the way. A misspelt kind ends in an error, where a last `else` would train another loss
    # silently.
    if kind == "minimax":
        return -F.softplus(fake_logits).mean()
    if kind == "non_saturating":
        return F.softplus(-fake_logits).mean()
    if kind == "least_squares":
        return 0.5 * (fake_logits - 1).square().mean()
    raise ValueError(f"kind={kind!r}: expected 'minimax', 'non_saturating' or 'least_squares'")
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: There is no sigmoid: behind one, the error would have hardly any slope where the
    # discriminator is sure and wrong. Each batch has its own mean, since their sizes may differ.
    return 0.5 * (real_logits - 1).square().mean() + 0.5 * fake_logits.square().mean()
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: The fakes are made once. D's move sees them cut off from G's graph, and G's move sees
    # them with it; there D's own graph has to stand, because the slope comes to G through D.
    least_squares = kind == "least_squares"
    d_criterion = least_squares_discriminator_loss if least_squares else discriminator_loss
    fake = generator(z)
    d_loss = d_criterion(discriminator(real), discriminator(fake.detach()))
    d_opt.zero_grad()
    d_loss.backward()
    d_opt.step()
    g_loss = generator_loss(discriminator(fake), kind)
    g_opt.zero_grad()
    g_loss.backward()
    g_opt.step()
    # The generator's loss went through the discriminator, and left a gradient in it, too.
    d_opt.zero_grad()
    g_opt.zero_grad()
    return d_loss.detach(), g_loss.detach()
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: The new φ has a name of its own, because the simultaneous step still needs the old
    # one. Python's numbers are float64, so that rounding stays small whatever dtype is returned.
    theta, phi = start
    points = [(theta, phi)]
    for _ in range(steps):
        new_phi = phi + lr * theta
        theta = theta - lr * (new_phi if alternating else phi)
        phi = new_phi
        points.append((theta, phi))
    return torch.tensor(points, dtype=dtype or torch.get_default_dtype())
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: `any` counts a mode once, however many samples hit it. The table of samples against
    # modes has a known size, where a list of the modes that occur would make a GPU wait for its
    # length.
    away = (samples[:, None, :] - centers).norm(dim=2)  # (n, modes)
    distance, nearest = away.min(dim=1)
    good = distance <= radius
    modes = torch.arange(len(centers), device=nearest.device)
    hit = ((nearest[:, None] == modes) & good[:, None]).any(dim=0)
    return hit.sum(), good.to(samples).mean()
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: A vector is an image without height and width, so that the same lines serve both. The
    # constant maps are expanded, which copies nothing until they are joined to x.
    one_hot = F.one_hot(y, n_classes).to(x)  # (batch, classes)
    maps = one_hot.reshape(*one_hot.shape, *[1] * (x.dim() - 2))
    return torch.cat([x, maps.expand(-1, -1, *x.shape[2:])], dim=1)
    ### END SOLUTION
