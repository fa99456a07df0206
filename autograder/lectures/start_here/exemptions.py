"""Which systematic mutants of the practice exercise are right after all, and why."""

from autograder.authoring.audit import exempt

exempt("nothing is trained through it", "start_here.*")
