"""Wrong KL divergences, draws and bounds."""

import torch

from autograder.authoring.audit import edit, mutant

KL = "vae.gaussian_kl"
edit(KL, "½ is lost", old="0.5 * (", new="(", expect="½ is missing")
edit(KL, "the sign", old="0.5 * (", new="-0.5 * (", expect="this is −KL")
edit(
    KL,
    "the mean over the coordinates",
    old=".sum(dim=1)",
    new=".mean(dim=1)",
    expect="the mean over",
)
edit(KL, "the sum over everything", old=".sum(dim=1)", new=".sum()", expect="promised")
edit(KL, "the sum over the examples", old=".sum(dim=1)", new=".sum(dim=0)", expect="promised")
edit(KL, "the −1 is lost", old=" - 1)", new=")", expect="−1 is missing")
edit(
    KL,
    "log of the standard deviation",
    old="logvar.exp() - logvar",
    new="(2 * logvar).exp() - 2 * logvar",
    expect="log of a standard deviation",
)
edit(KL, "plus logvar", old="- logvar", new="+ logvar", expect="+ logvar instead")
edit(KL, "mu is not squared", old="mu.square()", new="mu", expect="not squared")
edit(
    KL,
    "logvar taken for the variance",
    old="logvar.exp() - logvar",
    new="logvar - logvar.abs().log()",
    expect="for the variance",
)
edit(
    KL,
    "the logarithm of a rounded variance",
    old="- logvar",
    new="- logvar.exp().log()",
    expect="5.4c",
)


@mutant(KL, "the reversed divergence", expect="reversed divergence")
def kl_reversed(mu, logvar):
    return 0.5 * ((1 + mu.square()) / logvar.exp() + logvar - 1).sum(1)


Z = "vae.reparameterize"
edit(
    Z,
    "the variance for the standard deviation",
    old="0.5 * logvar",
    new="logvar",
    expect="by the variance",
)
edit(
    Z,
    "the sign in the exponent",
    old="0.5 * logvar",
    new="-0.5 * logvar",
    expect="sign in the exponent",
)
edit(Z, "logvar halved twice", old="0.5 * logvar", new="0.25 * logvar", expect="halved twice")
edit(Z, "logvar itself", old="torch.exp(0.5 * logvar)", new="logvar", expect="logvar itself")
edit(Z, "mu is lost", old="mu + ", new="", expect="mu is missing")
edit(
    Z,
    "the graph is cut",
    old="mu + torch.exp(0.5 * logvar) * eps",
    new="(mu + torch.exp(0.5 * logvar) * eps).detach()",
    expect="cut off from its graph",
)
edit(
    Z,
    "σ is cut from the graph",
    old="torch.exp(0.5 * logvar)",
    new="torch.exp(0.5 * logvar).detach()",
    expect="σ is cut off",
)
edit(Z, "mu is cut from the graph", old="mu +", new="mu.detach() +", expect="mu is cut off")
edit(
    Z,
    "noise of its own",
    old="* eps",
    new="* torch.randn(eps.shape, generator=torch.Generator()).to(eps)",
    expect="5.5",
)
edit(
    Z,
    "mu is scaled too",
    old="mu + torch.exp(0.5 * logvar) * eps",
    new="torch.exp(0.5 * logvar) * (mu + eps)",
    expect="σ · (mu + eps)",
)
edit(Z, "one noise for all", old="* eps", new="* eps.mean()", expect="5.5")


@mutant(Z, "torch.normal: a draw without gradient", expect="5.5")
def z_normal(mu, logvar, eps):
    sigma = torch.exp(0.5 * logvar).expand_as(eps)
    return torch.normal(mu.expand_as(eps), sigma, generator=torch.Generator())


ELBO = "vae.elbo"
edit(ELBO, "KL is added", old="- gaussian_kl", new="+ gaussian_kl", expect="KL is added")
edit(
    ELBO,
    "KL is lost",
    old=" - gaussian_kl(mu, logvar)",
    new=" + 0 * mu.sum(1)",
    expect="KL is missing",
)
edit(ELBO, "half of KL", old="- gaussian_kl", new="- 0.5 * gaussian_kl", expect="counts half")
edit(
    ELBO,
    "KL a coordinate",
    old="gaussian_kl(mu, logvar)",
    new="gaussian_kl(mu, logvar) / mu.shape[1]",
    expect="averaged over the latent",
)
edit(
    ELBO,
    "the loss",
    old="log_px_z - gaussian_kl(mu, logvar)",
    new="gaussian_kl(mu, logvar) - log_px_z",
    expect="a loss",
)
edit(
    ELBO,
    "the mean over the batch",
    old="log_px_z - gaussian_kl(mu, logvar)",
    new="(log_px_z - gaussian_kl(mu, logvar)).mean()",
    expect="promised",
)
edit(
    ELBO,
    "one KL for the batch",
    old="gaussian_kl(mu, logvar)",
    new="gaussian_kl(mu, logvar).mean()",
    expect="5.6",
)
edit(
    ELBO,
    "mu for logvar",
    old="gaussian_kl(mu, logvar)",
    new="gaussian_kl(logvar, mu)",
    expect="5.6",
)
edit(
    ELBO,
    "a standard deviation for logvar",
    old="gaussian_kl(mu, logvar)",
    new="gaussian_kl(mu, torch.exp(0.5 * logvar))",
    expect="5.6",
)


@mutant(ELBO, "the reversed divergence", expect="reversed divergence")
def elbo_reversed(log_px_z, mu, logvar):
    return log_px_z - 0.5 * ((1 + mu.square()) / logvar.exp() + logvar - 1).sum(1)


IW = "vae.iwae_bound"
edit(IW, "log K is lost", old=" - math.log(len(log_weights))", new="", expect="log K is missing")
edit(IW, "plus log K", old="- math.log", new="+ math.log", expect="5.7")
edit(IW, "over the examples", old="dim=0", new="dim=1", expect="5.7")
edit(IW, "log of the batch size", old="len(log_weights)", new="log_weights.shape[1]", expect="5.7")
edit(
    IW,
    "the weight, not its logarithm",
    old="torch.logsumexp(log_weights, dim=0) - math.log(len(log_weights))",
    new="log_weights.exp().mean(0)",
    expect="the weights themselves",
)
edit(
    IW,
    "the best draw",
    old="torch.logsumexp(log_weights, dim=0) - math.log(len(log_weights))",
    new="log_weights.max(0).values",
    expect="best draw",
)
edit(
    IW,
    "the mean of the logarithms",
    old="torch.logsumexp(log_weights, dim=0) - math.log(len(log_weights))",
    new="log_weights.mean(0)",
    expect="that is the ELBO",
)
edit(
    IW,
    "weights that underflow",
    old="torch.logsumexp(log_weights, dim=0) - math.log(len(log_weights))",
    new="log_weights.exp().mean(0).log()",
    expect="5.7c",
)
edit(
    IW,
    "a small constant in the logarithm",
    old="torch.logsumexp(log_weights, dim=0) - math.log(len(log_weights))",
    new="(log_weights.exp().mean(0) + 1e-8).log()",
    expect="5.7c",
)
