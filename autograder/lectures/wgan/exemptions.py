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
exempt("the share of weights at the boundary is counted", "wgan.clip_weights_")
exempt(
    "the points in between are data of the critic's move",
    "wgan.gradient_penalty",
    of=("`real` is*", "`fake` is*", "`eps` is*"),
)
exempt(
    "the direction is a state, which is kept without a gradient",
    "wgan.spectral_norm",
    of=("`u` is cut off*",),
)
