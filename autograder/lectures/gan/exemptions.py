"""Which systematic mutants of lecture 6 are right after all, and why."""

from autograder.authoring.audit import exempt

exempt(
    "theory on a few states: nothing is trained through it",
    "gan.optimal_discriminator",
    "gan.value",
    "gan.jsd",
)
exempt("samples are counted", "gan.mode_coverage")
exempt("the numbers of a trajectory are drawn", "gan.bilinear_dynamics")
