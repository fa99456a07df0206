"""Wrong bounds and weights of a network."""

import torch

from autograder.authoring.audit import edit, mutant

ELBO = "vae.VAE.elbo"
edit(
    ELBO, "z is the mean", old="reparameterize(mu, logvar, eps)", new="mu", expect="eps is not used"
)
edit(
    ELBO,
    "z from the prior",
    old="reparameterize(mu, logvar, eps)",
    new="eps",
    expect="a draw from the prior",
)
edit(
    ELBO,
    "the variance scales the noise",
    old="reparameterize(mu, logvar, eps)",
    new="mu + logvar.exp() * eps",
    expect="by the variance",
)
edit(
    ELBO,
    "a mean over the pixels",
    old="reconstruction = self.log_likelihood(x, reparameterize(mu, logvar, eps))",
    new="reconstruction = self.log_likelihood(x, reparameterize(mu, logvar, eps)) / x.shape[1]",
    expect="averaged over the pixels",
)
edit(
    ELBO,
    "the results are exchanged",
    old="return bound, reconstruction, gaussian_kl(mu, logvar)",
    new="return bound, gaussian_kl(mu, logvar), reconstruction",
    expect="exchanged",
)
edit(
    ELBO,
    "losses, not bounds",
    old="return bound, reconstruction,",
    new="return -bound, -reconstruction,",
    expect="5.8",
)
edit(
    ELBO,
    "the sign of the bound alone",
    old="return bound, reconstruction,",
    new="return -bound, reconstruction,",
    expect="this is a loss",
)
edit(
    ELBO,
    "the draw is detached",
    old="reparameterize(mu, logvar, eps))",
    new="reparameterize(mu, logvar, eps).detach())",
    expect="5.8d",
)
edit(
    ELBO,
    "the encoder's results are detached",
    old="mu, logvar = self.encode(x)",
    new="mu, logvar = (v.detach() for v in self.encode(x))",
    expect="the graph is cut",
)
edit(
    ELBO,
    "noise of its own",
    old="(mu, logvar, eps)",
    new="(mu, logvar, torch.randn(eps.shape, generator=torch.Generator()).to(eps))",
    expect="5.8",
)
edit(
    ELBO,
    "KL counts half (a β-VAE)",
    old="bound = elbo(reconstruction, mu, logvar)",
    new="bound = reconstruction - 0.5 * gaussian_kl(mu, logvar)",
    expect="5.8",
)
edit(
    ELBO,
    "no KL in the bound",
    old="bound = elbo(reconstruction, mu, logvar)",
    new="bound = reconstruction",
    expect="the KL is missing",
)
edit(
    ELBO,
    "mu and logvar are exchanged",
    old="mu, logvar = self.encode(x)",
    new="logvar, mu = self.encode(x)",
    expect="5.8",
)
edit(
    ELBO,
    "at least three nats of KL (free bits)",
    old="bound = elbo(reconstruction, mu, logvar)",
    new="bound = reconstruction - gaussian_kl(mu, logvar).clamp(min=3.0)",
    expect="5.8",
)
edit(
    ELBO,
    "means over the batch",
    old="return bound, reconstruction,",
    new="return bound.mean().expand_as(bound), reconstruction,",
    expect="5.8",
)


@mutant(ELBO, "squared error for a reconstruction", expect="5.8")
def elbo_squared_error(self, x, eps):
    mu, logvar = self.encode(x)
    out = torch.sigmoid(self.decode(reparameterize(mu, logvar, eps)))
    reconstruction = -(x - out).square().sum(1)
    kl = gaussian_kl(mu, logvar)
    return reconstruction - kl, reconstruction, kl


W = "vae.VAE.log_weights"
edit(W, "q is added", old="prior - posterior", new="prior + posterior", expect="log q(z) is added")
edit(W, "p(z) is lost", old="+ prior - posterior", new="- posterior", expect="log p(z) is missing")
edit(W, "q(z) is lost", old=" - posterior\n", new="\n", expect="log q(z) is missing")
edit(
    W,
    "only log p(x|z)",
    old=" + prior - posterior",
    new="",
    expect="log p(z) and log q(z) are missing",
)
edit(
    W, "the weight turned over", old="+ prior - posterior", new="- prior + posterior", expect="5.9"
)
edit(
    W,
    "q without its normaliser",
    old="(eps.square() + logvar)",
    new="eps.square()",
    expect="normaliser of q",
)
edit(
    W,
    "logvar counts whole",
    old="(eps.square() + logvar)",
    new="(eps.square() + 2 * logvar)",
    expect="logvar counts whole",
)
edit(
    W,
    "q at the distance, not at the standardised one",
    old="(eps.square() + logvar)",
    new="((z - mu).square() + logvar)",
    expect="5.9",
)
edit(
    W,
    "KL in closed form",
    old="+ prior - posterior",
    new="- gaussian_kl(mu, logvar)",
    expect="KL of the closed form",
)
edit(
    W,
    "the same noise for all draws",
    old="z = reparameterize(mu, logvar, eps)",
    new="eps = eps[:1].expand_as(eps)\n        z = reparameterize(mu, logvar, eps)",
    expect="share the noise",
)
edit(
    W,
    "every draw is the mean",
    old="z = reparameterize(mu, logvar, eps)",
    new="eps = 0 * eps\n        z = reparameterize(mu, logvar, eps)",
    expect="every draw is the mean",
)
edit(
    W,
    "means over the coordinates",
    old="return self.log_likelihood(x, z, y) + prior - posterior",
    new="return self.log_likelihood(x, z, y) + (prior - posterior) / mu.shape[1]",
    expect="averaged over the latent",
)
edit(
    W,
    "the class goes into the decoder only",
    old="self.encode(x, y)",
    new="self.encode(x, None if y is None else 0 * y)",
    expect="5.9d",
)
edit(
    W,
    "the class is dropped",
    old="self.log_likelihood(x, z, y)",
    new="self.log_likelihood(x, z)",
    expect="n_classes",
)
edit(
    W,
    "the weights, not their logarithms",
    old="return self.log_likelihood(x, z, y) + prior - posterior",
    new="return (self.log_likelihood(x, z, y) + prior - posterior).exp()",
    expect="5.9",
)
