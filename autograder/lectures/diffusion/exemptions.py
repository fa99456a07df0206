"""Which systematic mutants of lecture 9 are right after all, and why."""

from autograder.authoring.audit import exempt

exempt(
    "the schedule and what follows from it are constants",
    "diffusion.linear_betas",
    "diffusion.cosine_betas",
    "diffusion.alpha_bars",
    "diffusion.q_posterior",
)
exempt(
    "steps of sampling, after training",
    "diffusion.p_step",
    "diffusion.ddim_step",
    "diffusion.guided_eps",
    "diffusion.langevin_step",
    "diffusion.probability_flow_drift",
)
exempt("it hardly counts there", "diffusion.score_from_eps", of=("`alpha_bars` is kept above*",))
exempt(
    "no schedule has such steps, whose differences are lost in rounding",
    "diffusion.p_step",
    "diffusion.ddim_step",
    "diffusion.ddpm_loss",
    "diffusion.vlb_terms",
    of=("`betas` is kept above*", "`alpha_bars` is kept above*"),
)
exempt(
    "the schedule is a constant",
    "diffusion.*",
    of=("`alpha_bars` is cut off*", "`betas` is cut off*"),
)
exempt(
    "images, noise and the reverse variance are data",
    "diffusion.ddpm_loss",
    "diffusion.vlb_terms",
    of=("`x0` is*", "`eps` is*", "`x0_variance` is*"),
)
exempt("examples and noise are data", "diffusion.dsm_loss", of=("`x` is*", "`noise` is*"))
