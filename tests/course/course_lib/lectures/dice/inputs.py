"""Random arguments of lecture 1, dice."""

from course_lib.checks import Case, inputs_for


@inputs_for("dice.bits_per_dim")
def bits_per_dim(draw):
    """A number, a vector, a matrix."""
    yield Case(args=(50 * float(draw.uniform()), 7))
    for shape in ((5,), (2, 3)):
        yield Case(args=(50 * draw.uniform(*shape), 12))
