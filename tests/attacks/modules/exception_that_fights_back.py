"""Tries to raise from `__str__`, with a name of a megabyte, a cause without end.

Stopped by: the child tells an exception as bounded text; what it cannot tell it says so.
"""

# spares: coins.Coins.log_prob


def mixture_log_prob(log_probs):
    class Odd(Exception):
        def __str__(self):
            raise self

        __repr__ = __str__

        @property
        def __traceback__(self):
            raise self

    Odd.__name__ = "x" * 10**6
    raise Odd from Odd()
