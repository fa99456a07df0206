"""Which systematic mutants of lecture 7 are right after all, and why."""

from autograder.authoring.audit import exempt

exempt(
    "distances are measured, nothing is trained through them here",
    "wgan.js_parallel_lines",
    "wgan.w1_parallel_lines",
    "wgan.wasserstein_1d",
    "wgan.wasserstein_lp",
    "wgan.kantorovich_dual",
    "wgan.sinkhorn",
)
exempt("far lines are as far as any", "wgan.js_parallel_lines", of=("`theta` is clipped*",))
exempt(
    "a solver of linear programs is off by as much",
    "wgan.wasserstein_lp",
    "wgan.kantorovich_dual",
    of=("* is kept above*",),
)
exempt("it changes the plan by its rounding", "wgan.sinkhorn", of=("`cost` is kept above*",))
exempt("a share as small as this is none", "wgan.gradient_penalty", of=("`eps` is kept*",))
exempt("the share of weights at the boundary is counted", "wgan.clip_weights_")
exempt(
    "the points in between are data of the critic's move",
    "wgan.gradient_penalty",
    of=("`real` * graph", "`fake` * graph", "`eps` * graph", "* that is not meant for it"),
)
exempt(
    "the direction is a state, which is kept without a gradient",
    "wgan.spectral_norm",
    of=("`u` is cut off*",),
)
exempt(
    "the masses are handed to a solver, which has no gradients",
    "wgan.wasserstein_lp",
    of=("* that is not meant for it",),
)
