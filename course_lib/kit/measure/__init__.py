"""Measures of a model: likelihood, the quality of samples, and the table of all models."""

from course_lib.course.lazy import lazy_modules

__getattr__, __dir__ = lazy_modules(__name__, __path__)
