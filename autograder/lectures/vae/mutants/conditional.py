"""Wrong conditional bounds."""

from autograder.authoring.audit import edits

edits(
    "vae.VAE.conditional_elbo",
    ("every example gets class 0 in the encoder", "(x, y)", "(x, 0 * y)", "5.10"),
    ("the encoder is told nothing", "self.encode(x, y)", "self.encode(x)", "n_classes"),
    ("every example gets class 0 in the decoder", "(x, z, y)", "(x, z, 0 * y)", "5.10"),
    (
        "class 0 everywhere",
        "mu, logvar = self.encode(x, y)",
        "y = 0 * y\n        mu, logvar = self.encode(x, y)",
        "every example gets class 0",
    ),
    ("the classes are turned around", "mu, logvar ", "y = y.flip(0)\n        mu, logvar ", "5.10"),
    ("log p(y) is added", "- kl,", "- kl - math.log(self.n_classes),", "log p(y) is included"),
    ("the loss", "return reconstruction - kl,", "return kl - reconstruction,", "5.10"),
    ("KL is added", "return reconstruction - kl,", "return reconstruction + kl,", "5.10"),
    ("KL is lost", "return reconstruction - kl,", "return reconstruction,", "5.10"),
    ("the results are exchanged", ", reconstruction, kl", ", kl, reconstruction", "another order"),
    ("the mean of q for a draw", "z = reparameterize(mu, logvar, eps)", "z = mu", "5.10"),
    ("a draw from the prior", "z = reparameterize(mu, logvar, eps)", "z = eps", "5.10"),
)
