"""Random arguments of the practice exercise: for its public checks and the hidden comparison."""

from course_lib.checks import Case, inputs_for


@inputs_for("start_here.probabilities")
def probabilities(draw):
    """One row, and several."""
    for batch, n in ((1, 4), (3, 2), (5, 7)):
        yield Case(args=(draw.uniform(batch, n) + 0.1,))
