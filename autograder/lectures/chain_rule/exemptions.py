"""Which systematic mutants of lecture 1 are right after all, and why."""

from autograder.authoring.audit import exempt

exempt(
    "tables are measured with, nothing is trained through them",
    "chain_rule.joint_from_conditionals",
    "chain_rule.conditionals_from_joint",
    "chain_rule.kl_divergence",
    "chain_rule.bits_per_dim",
)
exempt("samples are bits", "chain_rule.FVSBN.sample")
exempt("bits are data", "chain_rule.*", of=("`x` is cut off*",))
