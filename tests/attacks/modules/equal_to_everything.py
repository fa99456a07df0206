"""Tries to return an object that is equal to everything and smaller than everything.

Stopped by: objects stay in the sandbox; only numbers, texts and raw tensors travel.
"""


class Equal:
    shape, dtype = (2,), torch.float64

    def __eq__(self, other):
        return True

    def __getattr__(self, name):
        return lambda *args, **kwargs: self

    __le__ = __lt__ = __ge__ = __gt__ = __ne__ = __eq__
    __hash__ = None


def mixture_log_prob(log_probs):
    return Equal()
