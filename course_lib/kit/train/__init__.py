"""Training: the loop, maximum likelihood on top of it, and the figures that belong to it."""

from course_lib.kit.measure.likelihood import example_nll, mean_nll, standard_error
from course_lib.kit.train.likelihood import History, fit
from course_lib.kit.train.loop import TrainingError

__all__ = ["History", "TrainingError", "example_nll", "fit", "mean_nll", "standard_error"]
