"""Public checks of lecture 4, PixelCNN.

Σₓ p(x) = 1 holds for many wrong PixelCNNs (all masks of type A, a transposed mask), and the number
of open weights for many wrong masks. So neither stands alone: the mask by hand, the dependency
matrix and the formula on random weights stand beside them. Importing this package registers all of
them, in the order of the lecture.
"""

from course_lib.lectures.pixelcnn.checks import masks  # isort: skip
from course_lib.lectures.pixelcnn.checks import conditionals  # isort: skip
from course_lib.lectures.pixelcnn.checks import fields  # isort: skip
from course_lib.lectures.pixelcnn.checks import gates  # isort: skip
from course_lib.lectures.pixelcnn.checks import sampling  # isort: skip

__all__ = ["conditionals", "fields", "gates", "masks", "sampling"]
