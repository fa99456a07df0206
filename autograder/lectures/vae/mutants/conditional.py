"""Wrong conditional bounds."""

from autograder.authoring.audit import edits

C = "vae.VAE.conditional_elbo"
edits(
    C,
    "self.encode(x, y)",
    ("every example gets class 0 in the encoder", "self.encode(x, 0 * y)", "5.10"),
    ("the encoder is told nothing", "self.encode(x)", "n_classes"),
)
edits(
    C,
    "self.log_likelihood(x, z, y)",
    ("every example gets class 0 in the decoder", "self.log_likelihood(x, z, 0 * y)", "5.10"),
)
edits(
    C,
    "mu, logvar = self.encode(x, y)",
    (
        "class 0 everywhere",
        "y = 0 * y\n        mu, logvar = self.encode(x, y)",
        "every example gets class 0",
    ),
    (
        "the classes are turned around",
        "y = y.flip(0)\n        mu, logvar = self.encode(x, y)",
        "5.10",
    ),
)
edits(
    C,
    "return reconstruction - kl,",
    (
        "log p(y) is added",
        "return reconstruction - kl - math.log(self.n_classes),",
        "log p(y) is included",
    ),
    ("the loss", "return kl - reconstruction,", "5.10"),
    ("KL is added", "return reconstruction + kl,", "5.10"),
    ("KL is lost", "return reconstruction,", "5.10"),
)
edits(
    C,
    "reconstruction - kl, reconstruction, kl",
    ("the results are exchanged", "reconstruction - kl, kl, reconstruction", "another order"),
)
edits(
    C,
    "z = reparameterize(mu, logvar, eps)",
    ("the mean of q for a draw", "z = mu", "5.10"),
    ("a draw from the prior", "z = eps", "5.10"),
)
