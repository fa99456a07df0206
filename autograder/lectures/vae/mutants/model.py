"""Wrong bounds and weights of a network."""

import torch

from autograder.authoring.audit import edits, mutant

ELBO = "vae.VAE.elbo"
edits(
    ELBO,
    "reparameterize(mu, logvar, eps)",
    ("z is the mean", "mu", "eps is not used"),
    ("z from the prior", "eps", "a draw from the prior"),
    ("the variance scales the noise", "mu + logvar.exp() * eps", "by the variance"),
)
edits(
    ELBO,
    "reconstruction = self.log_likelihood(x, reparameterize(mu, logvar, eps))",
    (
        "a mean over the pixels",
        "reconstruction = self.log_likelihood(x, reparameterize(mu, logvar, eps)) / x.shape[1]",
        "averaged over the pixels",
    ),
)
edits(
    ELBO,
    "return bound, reconstruction, gaussian_kl(mu, logvar)",
    (
        "the results are exchanged",
        "return bound, gaussian_kl(mu, logvar), reconstruction",
        "exchanged",
    ),
)
edits(
    ELBO,
    "return bound, reconstruction,",
    ("losses, not bounds", "return -bound, -reconstruction,", "5.8"),
    ("the sign of the bound alone", "return -bound, reconstruction,", "this is a loss"),
    ("means over the batch", "return bound.mean().expand_as(bound), reconstruction,", "5.8"),
)
edits(
    ELBO,
    "reparameterize(mu, logvar, eps))",
    ("the draw is detached", "reparameterize(mu, logvar, eps).detach())", "5.8d"),
)
edits(
    ELBO,
    "mu, logvar = self.encode(x)",
    (
        "the encoder's results are detached",
        "mu, logvar = (v.detach() for v in self.encode(x))",
        "the graph is cut",
    ),
    ("mu and logvar are exchanged", "logvar, mu = self.encode(x)", "5.8"),
)
edits(
    ELBO,
    "(mu, logvar, eps)",
    (
        "noise of its own",
        "(mu, logvar, torch.randn(eps.shape, generator=torch.Generator()).to(eps))",
        "5.8",
    ),
)
edits(
    ELBO,
    "bound = elbo(reconstruction, mu, logvar)",
    ("KL counts half (a β-VAE)", "bound = reconstruction - 0.5 * gaussian_kl(mu, logvar)", "5.8"),
    ("no KL in the bound", "bound = reconstruction", "the KL is missing"),
    (
        "at least three nats of KL (free bits)",
        "bound = reconstruction - gaussian_kl(mu, logvar).clamp(min=3.0)",
        "5.8",
    ),
)


@mutant(ELBO, "squared error for a reconstruction", expect="5.8")
def elbo_squared_error(self, x, eps):
    mu, logvar = self.encode(x)
    out = torch.sigmoid(self.decode(reparameterize(mu, logvar, eps)))
    reconstruction = -(x - out).square().sum(1)
    kl = gaussian_kl(mu, logvar)
    return reconstruction - kl, reconstruction, kl


W = "vae.VAE.log_weights"
edits(W, "prior - posterior", ("q is added", "prior + posterior", "log q(z) is added"))
edits(
    W,
    "+ prior - posterior",
    ("p(z) is lost", "- posterior", "log p(z) is missing"),
    ("the weight turned over", "- prior + posterior", "5.9"),
    ("KL in closed form", "- gaussian_kl(mu, logvar)", "KL of the closed form"),
)
edits(W, " - posterior\n", ("q(z) is lost", "\n", "log q(z) is missing"))
edits(W, " + prior - posterior", ("only log p(x|z)", "", "log p(z) and log q(z) are missing"))
edits(
    W,
    "(eps.square() + logvar)",
    ("q without its normaliser", "eps.square()", "normaliser of q"),
    ("logvar counts whole", "(eps.square() + 2 * logvar)", "logvar counts whole"),
    ("q at the distance, not at the standardised one", "((z - mu).square() + logvar)", "5.9"),
)
edits(
    W,
    "z = reparameterize(mu, logvar, eps)",
    (
        "the same noise for all draws",
        "eps = eps[:1].expand_as(eps)\n        z = reparameterize(mu, logvar, eps)",
        "share the noise",
    ),
    (
        "every draw is the mean",
        "eps = 0 * eps\n        z = reparameterize(mu, logvar, eps)",
        "every draw is the mean",
    ),
)
edits(
    W,
    "return self.log_likelihood(x, z, y) + prior - posterior",
    (
        "means over the coordinates",
        "return self.log_likelihood(x, z, y) + (prior - posterior) / mu.shape[1]",
        "averaged over the latent",
    ),
    (
        "the weights, not their logarithms",
        "return (self.log_likelihood(x, z, y) + prior - posterior).exp()",
        "5.9",
    ),
)
edits(
    W,
    "self.encode(x, y)",
    (
        "the class goes into the decoder only",
        "self.encode(x, None if y is None else 0 * y)",
        "5.9d",
    ),
)
edits(
    W,
    "self.log_likelihood(x, z, y)",
    ("the class is dropped", "self.log_likelihood(x, z)", "n_classes"),
)
