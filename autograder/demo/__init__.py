"""`autograder demo`: a class of generated students, from release to feedback, in one command."""

from autograder.demo.course_folder import make_course
from autograder.demo.output import run
from autograder.demo.whole_day import Played, play

__all__ = ["Played", "make_course", "play", "run"]
