"""Wrong bounds with a flow for a posterior."""

from autograder.authoring.audit import edit

E = "flows.flow_elbo"
edit(
    E,
    "subtracted",
    old="+ log_dets.sum(dim=0)",
    new="- log_dets.sum(dim=0)",
    expect="are subtracted",
)
edit(
    E,
    "no log-determinants",
    old=" + log_dets.sum(dim=0)",
    new="",
    expect="log-determinants are missing",
)
edit(E, "the prior at z_0", old="z_K.square()", new="z_0.square()", expect="not at z_K")
edit(E, "q_0 at z_K", old="(z_0 - mu)", new="(z_K - mu)", expect="not at z_0")
edit(E, "no prior", old=" + log_prior", new="", expect="the prior is missing")
edit(E, "q is added", old="- log_q_0", new="+ log_q_0", expect="8.13")
edit(E, "no q", old=" - log_q_0", new="", expect="8.13")
edit(
    E,
    "logvar counts whole",
    old="logvar.exp() + logvar)",
    new="logvar.exp() + 2 * logvar)",
    expect="8.13",
)
edit(
    E,
    "no normaliser",
    old="logvar.exp() + logvar)",
    new="logvar.exp())",
    expect="lacks its normaliser",
)
edit(E, "a standard deviation", old="/ logvar.exp()", new="/ (0.5 * logvar).exp()", expect="8.13")
edit(
    E,
    "a loss",
    old="return log_px_z + log_prior - log_q_0 +",
    new="return -log_px_z - log_prior + log_q_0 -",
    expect="this is a loss",
)
edit(E, "a mean over the layers", old=".sum(dim=0)", new=".mean(dim=0)", expect="over the layers")
edit(
    E,
    "one constant is kept",
    old="log_prior = -0.5 * z_K.square().sum(dim=1)",
    new="log_prior = -0.5 * (z_K.square() + 1.8378770664093453).sum(dim=1)",
    expect="do not cancel",
)
edit(
    E,
    "the KL of lecture 5",
    old="return log_px_z + log_prior - log_q_0",
    new="return log_px_z - 0.5 * (mu**2 + logvar.exp() - logvar - 1).sum(1)",
    expect="the KL of lecture 5",
)
