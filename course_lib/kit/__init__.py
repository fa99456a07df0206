"""Complete, ungraded code that notebooks share: data, plots, training, networks, measures.

Modules load on first use, so that `import course_lib` stays fast and does not import torch.
"""

from course_lib.course.lazy import lazy_modules

__getattr__, __dir__ = lazy_modules(__name__, __path__)
