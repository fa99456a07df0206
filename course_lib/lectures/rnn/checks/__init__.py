"""Public checks of lecture 3, recurrent networks.

Σ p = 1 over all texts holds for a network that forgets everything, so it stands beside "hello" by
hand, the equations on random weights, and what may depend on what. Importing this package registers
all of them, in the order of the lecture.
"""

from course_lib.lectures.rnn.checks import steps  # isort: skip
from course_lib.lectures.rnn.checks import likelihood  # isort: skip
from course_lib.lectures.rnn.checks import writing  # isort: skip
from course_lib.lectures.rnn.checks import gates  # isort: skip

__all__ = ["gates", "likelihood", "steps", "writing"]
