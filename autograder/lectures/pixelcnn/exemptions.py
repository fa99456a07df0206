"""Which systematic mutants of lecture 4 are right after all, and why."""

from autograder.authoring.audit import exempt

exempt("levels are data", "pixelcnn.PixelCNN.logits", "pixelcnn.log_prob", of=("`x` is cut off*",))
exempt("a gate lets at most ±1 pass", "pixelcnn.gated_activation", of=("the result is clipped*",))
exempt(
    "masks and samples have no slope",
    "pixelcnn.causal_mask",
    "pixelcnn.receptive_field",
    "pixelcnn.sample",
    "pixelcnn.sample_cached",
)
