"""Public checks of lecture 9, diffusion.

The decisive ones live in a world with Gaussian data, where the best denoiser, every marginal and
the bound are known. Expectations over noise are exact there: for a quadratic function the mean over
the corners (±1, …, ±1) *is* the mean over N(0, I). Importing this package registers all checks, in
the order of the lecture.
"""

from course_lib.lectures.diffusion.checks import schedules  # isort: skip
from course_lib.lectures.diffusion.checks import forward  # isort: skip
from course_lib.lectures.diffusion.checks import predictions  # isort: skip
from course_lib.lectures.diffusion.checks import denoising  # isort: skip
from course_lib.lectures.diffusion.checks import bound  # isort: skip
from course_lib.lectures.diffusion.checks import jumps  # isort: skip
from course_lib.lectures.diffusion.checks import scores  # isort: skip

__all__ = ["bound", "denoising", "forward", "jumps", "predictions", "schedules", "scores"]
