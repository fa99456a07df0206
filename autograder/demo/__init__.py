"""`autograder demo`: a class of generated students, from release to feedback, in one command."""

from autograder.demo.course_folder import make_course
from autograder.demo.play import Played, play
from autograder.demo.show import run

__all__ = ["Played", "make_course", "play", "run"]
