"""Which systematic mutants of lecture 5 are right after all, and why."""

from autograder.authoring.audit import exempt

exempt("fitted in closed form, not by gradients", "vae.responsibilities", "vae.em_step", "vae.pca")
exempt("used on the codes of a trained model", "vae.interpolate", "vae.attribute_direction")
exempt("noise and images are data", "vae.*", of=("`eps` is cut off*", "`x` is cut off*"))
