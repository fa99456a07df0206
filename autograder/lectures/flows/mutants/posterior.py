"""Wrong bounds with a flow for a posterior."""

from autograder.authoring.audit import edits

E = "flows.flow_elbo"
edits(E, "+ log_dets.sum(dim=0)", ("subtracted", "- log_dets.sum(dim=0)", "are subtracted"))
edits(E, " + log_dets.sum(dim=0)", ("no log-determinants", "", "log-determinants are missing"))
edits(E, "z_K.square()", ("the prior at z_0", "z_0.square()", "not at z_K"))
edits(E, "(z_0 - mu)", ("q_0 at z_K", "(z_K - mu)", "not at z_0"))
edits(E, " + log_prior", ("no prior", "", "the prior is missing"))
edits(E, "- log_q_0", ("q is added", "+ log_q_0", "8.13"))
edits(E, " - log_q_0", ("no q", "", "8.13"))
edits(
    E,
    "logvar.exp() + logvar)",
    ("logvar counts whole", "logvar.exp() + 2 * logvar)", "8.13"),
    ("no normaliser", "logvar.exp())", "lacks its normaliser"),
)
edits(E, "/ logvar.exp()", ("a standard deviation", "/ (0.5 * logvar).exp()", "8.13"))
edits(
    E,
    "return log_px_z + log_prior - log_q_0 +",
    ("a loss", "return -log_px_z - log_prior + log_q_0 -", "this is a loss"),
)
edits(E, ".sum(dim=0)", ("a mean over the layers", ".mean(dim=0)", "over the layers"))
edits(
    E,
    "log_prior = -0.5 * z_K.square().sum(dim=1)",
    (
        "one constant is kept",
        "log_prior = -0.5 * (z_K.square() + 1.8378770664093453).sum(dim=1)",
        "do not cancel",
    ),
)
edits(
    E,
    "return log_px_z + log_prior - log_q_0",
    (
        "the KL of lecture 5",
        "return log_px_z - 0.5 * (mu**2 + logvar.exp() - logvar - 1).sum(1)",
        "the KL of lecture 5",
    ),
)
