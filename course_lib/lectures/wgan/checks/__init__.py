"""Public checks of lecture 7, WGAN.

Every distance has several definitions that must agree: sorted numbers, distribution functions, all
assignments tried out, plans and potentials. Critics are small enough to be written out by hand, so
that their slopes, and the gradients of a penalty on these, are known. Importing this package
registers all checks, in the order of the lecture.
"""

from course_lib.lectures.wgan.checks import lines  # isort: skip
from course_lib.lectures.wgan.checks import numbers  # isort: skip
from course_lib.lectures.wgan.checks import plans  # isort: skip
from course_lib.lectures.wgan.checks import potentials  # isort: skip
from course_lib.lectures.wgan.checks import losses  # isort: skip
from course_lib.lectures.wgan.checks import clipping  # isort: skip
from course_lib.lectures.wgan.checks import penalty  # isort: skip
from course_lib.lectures.wgan.checks import spectral  # isort: skip
from course_lib.lectures.wgan.checks import entropic  # isort: skip

__all__ = [
    "clipping",
    "entropic",
    "lines",
    "losses",
    "numbers",
    "penalty",
    "plans",
    "potentials",
    "spectral",
]
