"""Tries to return a tensor whose difference from anything is zero (`__abs__`, `__sub__`,
`__eq__`).

Stopped by: a tensor travels as dtype, shape and bytes; its class does not.
"""


class Flattering(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        if func.__name__ in ("sub", "__sub__", "__rsub__", "abs", "__abs__"):
            return torch.zeros(2)
        if func.__name__ in ("eq", "__eq__", "le", "allclose", "isclose"):
            return torch.tensor(True)
        return super().__torch_function__(func, types, args, kwargs or {})

    def __abs__(self):
        return torch.zeros(2)

    def __eq__(self, other):
        return torch.tensor(True)


def mixture_log_prob(log_probs):
    return torch.zeros(log_probs.shape[1], dtype=log_probs.dtype).as_subclass(Flattering)
