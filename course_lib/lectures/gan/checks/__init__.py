"""Public checks of lecture 6, GANs.

What the theory says of the best discriminator holds exactly on a few states, and is checked there.
The moves of the two networks are compared with a run of Algorithm 1 on copies of the same networks.
Importing this package registers all checks, in the order of the lecture.
"""

from course_lib.lectures.gan.checks import theory  # isort: skip
from course_lib.lectures.gan.checks import losses  # isort: skip
from course_lib.lectures.gan.checks import moves  # isort: skip
from course_lib.lectures.gan.checks import samples  # isort: skip

__all__ = ["losses", "moves", "samples", "theory"]
