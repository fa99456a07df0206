"""A student who is stuck lends what is missing, goes on, and sees the solution when earned."""

from __future__ import annotations

FIRST, SECOND = "coins.mixture_log_prob", "coins.Coins.log_prob"
STUB = 'raise NotImplementedError("not implemented yet: `coins.mixture_log_prob`, section 2.1")'


def test_lending_is_listed_shown_and_taken_back(student):
    assert "nothing is lent: `course lend EXERCISE` lends one" in student.run("lend").out
    assert "the reference's `mixture_log_prob` stands" in student.run("lend", FIRST).out
    assert f"lent: {FIRST}" in student.run("lend").out
    assert "⇄" in student.run("status", "coins").out
    checked = student.run("check", FIRST)
    assert checked.code == 1
    assert "this exercise is lent" in checked.out
    assert f"returned: your own `{FIRST}`" in student.run("lend", "--return").out
    assert "⇄" not in student.run("status", "coins").out
    refused = student.run("lend", "--return", FIRST)
    assert (refused.code, refused.err) == (
        1,
        f"error: {FIRST} is not lent: lent is nothing\n",
    )


def test_a_right_version_takes_its_place_again(student):
    student.run("lend", FIRST)
    student.solve()
    checked = student.run("check", FIRST)
    assert checked.code == 0
    assert "this exercise was lent: yours is right" in checked.out
    assert "nothing is lent" in student.run("lend").out


def test_a_mistyped_name_is_told_the_closest(student):
    refused = student.run("lend", "coins.mixture_logprob")
    assert refused.code == 1
    assert f"did you mean '{FIRST}'" in refused.err


def test_the_solution_is_shown_after_the_check_has_passed(student):
    refused = student.run("solution", FIRST)
    assert refused.code == 1
    assert "is shown as soon as its check passes" in refused.err
    assert "5 different wrong versions (0 so far)" in refused.err
    assert "logsumexp" not in refused.out
    student.solve()
    student.run("check", FIRST)
    shown = student.run("solution", FIRST).out
    assert shown.count("torch.logsumexp(log_probs, dim=0)") == 2
    assert "yours" in shown
    assert "the reference" in shown
    assert "Log-probability under the equal mixture" not in shown


def test_the_solution_is_shown_after_enough_different_wrong_versions(student):
    student.edit(STUB, "return log_probs[0] + 0")
    for version in range(5):
        student.edit(f"return log_probs[0] + {version}", f"return log_probs[0] + {version + 1}")
        student.run("check", FIRST)
        student.run("check", FIRST)
        assert ("logsumexp" in student.run("solution", FIRST).out) == (version == 4)
