"""How results of lecture 1 that may differ from the reference's are compared: by what must not."""

from autograder.authoring.cases import compared_by
from course_lib.checks import assert_frequencies, assert_levels
from course_lib.lectures.chain_rule.checks.fvsbn import table_of


@compared_by("chain_rule.FVSBN.sample")
def follows_the_model(samples, chain_rule, case):
    """Frequencies and mean −log p of the drawn bits agree with the enumerated distribution."""
    assert_levels(samples, (case.args[0], case.init["n_dims"]), dtype=case.init["dtype"])
    assert_frequencies(samples, table_of(case.load["W"].double(), case.load["b"].double()))
