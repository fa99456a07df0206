"""Public checks of lecture 8, flows.

A log-determinant is never held to the student's other direction alone: two that cancel can both be
wrong. Each is compared with the Jacobian of the map itself, taken by finite differences out here,
and each point with a layer whose weights are known and which is computed out here as well.
Importing this package registers all checks, in the order of the lecture.
"""

from course_lib.lectures.flows.checks import change  # isort: skip
from course_lib.lectures.flows.checks import planar  # isort: skip
from course_lib.lectures.flows.checks import coupling  # isort: skip
from course_lib.lectures.flows.checks import chain  # isort: skip
from course_lib.lectures.flows.checks import images  # isort: skip
from course_lib.lectures.flows.checks import autoregressive  # isort: skip
from course_lib.lectures.flows.checks import posterior  # isort: skip

__all__ = ["autoregressive", "chain", "change", "coupling", "images", "planar", "posterior"]
