"""Wrong bounds and weights of a network."""

from autograder.authoring.audit import edits

edits(
    "vae.VAE.elbo",
    ("a mean over the pixels", ", eps))", ", eps)) / x.shape[1]", "averaged over the pixels"),
    (
        "the results are exchanged",
        "return bound, reconstruction, gaussian_kl(mu, logvar)",
        "return bound, gaussian_kl(mu, logvar), reconstruction",
        "exchanged",
    ),
    ("losses, not bounds", "return bound, reconstruction", "return -bound, -reconstruction", "5.8"),
    ("the sign of the bound alone", "return bound,", "return -bound,", "this is a loss"),
    ("means over the batch", "return bound,", "return bound.mean().expand_as(bound),", "5.8"),
    ("the draw is detached", "(mu, logvar, eps)", "(mu, logvar, eps).detach()", "5.8d"),
    (
        "the encoder's results are detached",
        "mu, logvar = self.encode(x)",
        "mu, logvar = (v.detach() for v in self.encode(x))",
        "cut off from the graph",
    ),
    ("mu and logvar are exchanged", "mu, logvar = self.encode", "logvar, mu = self.encode", "5.8"),
    (
        "noise of its own",
        "(mu, logvar, eps)",
        "(mu, logvar, torch.randn(eps.shape, generator=torch.Generator()).to(eps))",
        "5.8",
    ),
    (
        "squared error for a reconstruction",
        "self.log_likelihood(x, reparameterize(mu, logvar, eps))",
        "-(x - self.decode(reparameterize(mu, logvar, eps)).sigmoid()).square().sum(1)",
        "5.8",
    ),
    "reparameterize(mu, logvar, eps)",
    ("z is the mean", "mu", "eps is not used"),
    ("z from the prior", "eps", "a draw from the prior"),
    ("the variance scales the noise", "mu + logvar.exp() * eps", "by the variance"),
    "bound = elbo(reconstruction, mu, logvar)",
    ("KL counts half (a β-VAE)", "bound = reconstruction - 0.5 * gaussian_kl(mu, logvar)", "5.8"),
    ("no KL in the bound", "bound = reconstruction", "the KL is missing"),
    (
        "at least three nats of KL (free bits)",
        "bound = reconstruction - gaussian_kl(mu, logvar).clamp(min=3.0)",
        "5.8",
    ),
)
edits(
    "vae.VAE.log_weights",
    ("q is added", "prior - posterior", "prior + posterior", "log q(z) is added"),
    ("q(z) is lost", " - posterior\n", "\n", "log q(z) is missing"),
    ("only log p(x|z)", " + prior - posterior", "", "log p(z) and log q(z) are missing"),
    ("q without its normaliser", "(eps.square() + logvar)", "eps.square()", "normaliser of q"),
    ("logvar counts whole", "eps.square() +", "eps.square() + 2 *", "logvar counts whole"),
    ("q at the distance, not at the standardised one", "eps.square()", "(z - mu).square()", "5.9"),
    (
        "the same noise for all draws",
        "z = reparameterize(mu, logvar, eps)",
        "eps = eps[:1].expand_as(eps)\n        z = reparameterize(mu, logvar, eps)",
        "share the noise",
    ),
    ("every draw is the mean", "z =", "eps = 0 * eps\n        z =", "every draw is the mean"),
    ("the class goes into the decoder only", "(x, y)", "(x, None if y is None else 0 * y)", "5.9d"),
    ("the class is dropped", "(x, z, y)", "(x, z)", "n_classes"),
    "+ prior - posterior",
    ("p(z) is lost", "- posterior", "log p(z) is missing"),
    ("the weight turned over", "- prior + posterior", "5.9"),
    ("KL in closed form", "- gaussian_kl(mu, logvar)", "KL of the closed form"),
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
ENCODED = "mu, logvar = self.encode(x)"
edits(
    "vae.VAE.elbo",
    ("a clipped log-variance", ENCODED, ENCODED + "\n        logvar = logvar.clamp(-8, 8)", "5.8"),
    (
        "no noise in evaluation mode",
        ENCODED,
        "eps = eps if self.training else 0 * eps\n        " + ENCODED,
        "values of `vae.VAE.elbo`",
    ),
)
