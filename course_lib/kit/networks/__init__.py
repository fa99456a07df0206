"""Networks that more than one lecture uses."""

from course_lib.course.lazy import lazy_modules

__getattr__, __dir__ = lazy_modules(__name__, __path__)
