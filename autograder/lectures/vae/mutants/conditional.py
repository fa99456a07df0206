"""Wrong conditional bounds."""

from autograder.authoring.audit import edit

C = "vae.VAE.conditional_elbo"
edit(
    C,
    "every example gets class 0 in the encoder",
    old="self.encode(x, y)",
    new="self.encode(x, 0 * y)",
    expect="5.10",
)
edit(
    C,
    "every example gets class 0 in the decoder",
    old="self.log_likelihood(x, z, y)",
    new="self.log_likelihood(x, z, 0 * y)",
    expect="5.10",
)
edit(
    C,
    "class 0 everywhere",
    old="mu, logvar = self.encode(x, y)",
    new="y = 0 * y\n        mu, logvar = self.encode(x, y)",
    expect="every example gets class 0",
)
edit(
    C,
    "the encoder is told nothing",
    old="self.encode(x, y)",
    new="self.encode(x)",
    expect="n_classes",
)
edit(
    C,
    "the classes are turned around",
    old="mu, logvar = self.encode(x, y)",
    new="y = y.flip(0)\n        mu, logvar = self.encode(x, y)",
    expect="5.10",
)
edit(
    C,
    "log p(y) is added",
    old="return reconstruction - kl,",
    new="return reconstruction - kl - math.log(self.n_classes),",
    expect="log p(y) is included",
)
edit(
    C,
    "the loss",
    old="return reconstruction - kl,",
    new="return kl - reconstruction,",
    expect="5.10",
)
edit(
    C,
    "KL is added",
    old="return reconstruction - kl,",
    new="return reconstruction + kl,",
    expect="5.10",
)
edit(
    C, "KL is lost", old="return reconstruction - kl,", new="return reconstruction,", expect="5.10"
)
edit(
    C,
    "the results are exchanged",
    old="reconstruction - kl, reconstruction, kl",
    new="reconstruction - kl, kl, reconstruction",
    expect="another order",
)
edit(
    C,
    "the mean of q for a draw",
    old="z = reparameterize(mu, logvar, eps)",
    new="z = mu",
    expect="5.10",
)
edit(
    C,
    "a draw from the prior",
    old="z = reparameterize(mu, logvar, eps)",
    new="z = eps",
    expect="5.10",
)
