"""Wrong bounds with a flow for a posterior."""

from autograder.authoring.audit import edits

edits(
    "flows.flow_elbo",
    ("subtracted", "+ log_dets.sum(dim=0)", "- log_dets.sum(dim=0)", "are subtracted"),
    ("no log-determinants", " + log_dets.sum(dim=0)", "", "log-determinants are missing"),
    ("the prior at z_0", "z_K.square()", "z_0.square()", "not at z_K"),
    ("q_0 at z_K", "(z_0 - mu)", "(z_K - mu)", "not at z_0"),
    ("no prior", " + log_prior", "", "the prior is missing"),
    ("q is added", "- log_q_0", "+ log_q_0", "8.13"),
    ("no q", " - log_q_0", "", "8.13"),
    ("logvar counts whole", "logvar.exp() + logvar)", "logvar.exp() + 2 * logvar)", "8.13"),
    ("no normaliser", "logvar.exp() + logvar)", "logvar.exp())", "lacks its normaliser"),
    ("a standard deviation", "/ logvar.exp()", "/ (0.5 * logvar).exp()", "8.13"),
    ("a mean over the layers", ".sum(dim=0)", ".mean(dim=0)", "over the layers"),
    ("one constant is kept", "z_K.square(", "(z_K.square() + 1.8378770664093453", "do not cancel"),
    (
        "the KL of lecture 5",
        "return log_px_z + log_prior - log_q_0",
        "return log_px_z - 0.5 * (mu**2 + logvar.exp() - logvar - 1).sum(1)",
        "the KL of lecture 5",
    ),
    "return log_px_z + log_prior - log_q_0 +",
    ("a loss", "return -log_px_z - log_prior + log_q_0 -", "this is a loss"),
)
edits(
    "flows.flow_elbo",
    ("variances kept above 1e-6", "logvar.exp() +", "logvar.exp().clamp(min=1e-6) +", "8.13c"),
    ("no positive log-densities", "return log_px_z", "return log_px_z.clamp(max=0)", "8.13c"),
    ("two layers only", "log_dets.sum", "log_dets[:2].sum", "8.13c"),
)
