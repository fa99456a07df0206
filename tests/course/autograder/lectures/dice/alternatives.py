"""Other right implementations of lecture 1, dice."""
# The bodies are put into the lecture's module, where their names exist.
# mypy: ignore-errors

from autograder.authoring.audit import alternative


@alternative("dice.bits_per_dim", "first bits, then a roll")
def first_bits(nll, n_dims):
    bits = nll / math.log(2)
    return bits / n_dims


@alternative("dice.bits_per_dim", "by the base 2 logarithm of e")
def by_log2_e(nll, n_dims):
    return nll * (math.log2(math.e) / n_dims)
