"""Training: the loop, and the figures that belong to it."""

from course_lib.kit.train.likelihood import (
    History,
    TrainingError,
    example_nll,
    fit,
    mean_nll,
    standard_error,
)

__all__ = ["History", "TrainingError", "example_nll", "fit", "mean_nll", "standard_error"]
