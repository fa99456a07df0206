"""Public checks of lecture 5, VAE.

The decisive ones use a linear-Gaussian VAE, where p(x), the posterior and the gap of every bound
are known exactly. Expectations over the noise are exact as well: for a function that is quadratic
in eps, the mean over all corners (±1, …, ±1) *is* the mean over N(0, I). Importing this package
registers all checks, in the order of the lecture.
"""

from course_lib.lectures.vae.checks import mixture  # isort: skip
from course_lib.lectures.vae.checks import projection  # isort: skip
from course_lib.lectures.vae.checks import bound  # isort: skip
from course_lib.lectures.vae.checks import model  # isort: skip
from course_lib.lectures.vae.checks import weights  # isort: skip
from course_lib.lectures.vae.checks import conditional  # isort: skip
from course_lib.lectures.vae.checks import latent  # isort: skip

__all__ = ["bound", "conditional", "latent", "mixture", "model", "projection", "weights"]
