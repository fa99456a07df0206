"""Wrong KL divergences, draws and bounds."""

from autograder.authoring.audit import edits, mutant

KL = "vae.gaussian_kl"
edits(
    KL,
    ("½ is lost", "0.5 * (", "(", "½ is missing"),
    ("the sign", "0.5 * (", "-0.5 * (", "this is −KL"),
    ("the mean over the coordinates", ".sum(dim=1)", ".mean(dim=1)", "the mean over"),
    ("the sum over everything", ".sum(dim=1)", ".sum()", "; expected"),
    ("the sum over the examples", ".sum(dim=1)", ".sum(dim=0)", "; expected"),
    ("the −1 is lost", " - 1)", ")", "−1 is missing"),
    ("plus logvar", "- logvar", "+ logvar", "+ logvar instead"),
    ("a small number in the variance", "- logvar", "- (logvar.exp() + 1e-8).log()", "5.4c"),
    ("a clipped log-variance", "- logvar", "- logvar.clamp(-20, 20)", "5.4c"),
    ("mu is not squared", "mu.square()", "mu", "not squared"),
    "logvar.exp() - logvar",
    (
        "log of the standard deviation",
        "(2 * logvar).exp() - 2 * logvar",
        "log of a standard deviation",
    ),
    ("logvar taken for the variance", "logvar - logvar.abs().log()", "for the variance"),
)


@mutant(KL, "the reversed divergence", expect="reversed divergence")
def kl_reversed(mu, logvar):
    return 0.5 * ((1 + mu.square()) / logvar.exp() + logvar - 1).sum(1)


Z = "vae.reparameterize"
edits(
    Z,
    ("the variance for the standard deviation", "0.5 * logvar", "logvar", "by the variance"),
    ("the sign in the exponent", "0.5 * logvar", "-0.5 * logvar", "sign in the exponent"),
    ("logvar halved twice", "0.5 * logvar", "0.25 * logvar", "halved twice"),
    ("logvar itself", "torch.exp(0.5 * logvar)", "logvar", "logvar itself"),
    ("σ is cut from the graph", "(0.5 * logvar)", "(0.5 * logvar).detach()", "`logvar` is cut off"),
    ("mu is lost", "mu + ", "", "mu is missing"),
    ("mu is cut from the graph", "mu +", "mu.detach() +", "`mu` is cut off"),
    "mu + torch.exp(0.5 * logvar) * eps",
    ("the graph is cut", "(mu + torch.exp(0.5 * logvar) * eps).detach()", "result is cut off"),
    ("mu is scaled too", "torch.exp(0.5 * logvar) * (mu + eps)", "σ · (mu + eps)"),
    "* eps",
    ("noise of its own", "* torch.randn(eps.shape, generator=torch.Generator()).to(eps)", "5.5"),
    ("one noise for all", "* eps.mean()", "; expected"),
)


@mutant(Z, "torch.normal: a draw without gradient", expect="5.5")
def z_normal(mu, logvar, eps):
    sigma = torch.exp(0.5 * logvar).expand_as(eps)
    return torch.normal(mu.expand_as(eps), sigma, generator=torch.Generator())


ELBO = "vae.elbo"
edits(
    ELBO,
    ("KL is added", "- gaussian_kl", "+ gaussian_kl", "KL is added"),
    ("half of KL", "- gaussian_kl", "- 0.5 * gaussian_kl", "counts half"),
    ("KL is lost", " - gaussian_kl(mu, logvar)", " + 0 * mu.sum(1)", "KL is missing"),
    ("KL a coordinate", "(mu, logvar)", "(mu, logvar) / mu.shape[1]", "averaged over the latent"),
    ("one KL for the batch", "gaussian_kl(mu, logvar)", "gaussian_kl(mu, logvar).mean()", "5.6"),
    ("mu for logvar", "gaussian_kl(mu, logvar)", "gaussian_kl(logvar, mu)", "5.6"),
    ("a standard deviation for logvar", "(mu, logvar)", "(mu, torch.exp(0.5 * logvar))", "5.6"),
    "log_px_z - gaussian_kl(mu, logvar)",
    ("the loss", "gaussian_kl(mu, logvar) - log_px_z", "a loss"),
    ("the mean over the batch", "(log_px_z - gaussian_kl(mu, logvar)).mean()", "; expected"),
)


@mutant(ELBO, "the reversed divergence", expect="reversed divergence")
def elbo_reversed(log_px_z, mu, logvar):
    return log_px_z - 0.5 * ((1 + mu.square()) / logvar.exp() + logvar - 1).sum(1)


edits(
    "vae.iwae_bound",
    ("log K is lost", " - math.log(len(log_weights))", "", "log K is missing"),
    ("plus log K", "- math.log", "+ math.log", "5.7"),
    ("over the examples", "dim=0", "dim=1", "; expected"),
    ("log of the batch size", "len(log_weights)", "log_weights.shape[1]", "5.7"),
    "torch.logsumexp(log_weights, dim=0) - math.log(len(log_weights))",
    ("the weight, not its logarithm", "log_weights.exp().mean(0)", "the weights themselves"),
    ("the best draw", "log_weights.max(0).values", "best draw"),
    ("the mean of the logarithms", "log_weights.mean(0)", "that is the ELBO"),
    ("weights that underflow", "log_weights.exp().mean(0).log()", "5.7c"),
    ("a small constant in the logarithm", "(log_weights.exp().mean(0) + 1e-8).log()", "5.7c"),
)
edits(
    Z,
    ("a clipped log-variance", "0.5 * logvar", "0.5 * logvar.clamp(-20, 20)", "5.5a"),
    ("clipped noise", "* eps", "* eps.clamp(-3, 3)", "5.5a"),
)
edits(
    ELBO, ("no positive log-densities", "return log_px_z", "return log_px_z.clamp(max=0)", "5.6a")
)
LARGEST = "torch.logsumexp(log_weights, dim=0)"
edits(
    "vae.iwae_bound",
    ("clipped weights", LARGEST, "torch.logsumexp(log_weights.clamp(-1e3, 1e3), dim=0)", "5.7c"),
)


@mutant("vae.iwae_bound", "the largest is outside of the graph", expect="cut off from the graph")
def bound_of_the_largest(log_weights):
    m = log_weights.max(0).values
    return m + (log_weights - m).detach().exp().mean(0).log()
