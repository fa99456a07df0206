"""Tries to pass for a tensor by `__class__`, and make `isinstance` say yes to everything.

Stopped by: the grader's own reader makes the tensors, whose type no student's code can choose.
"""


class Meta(type):
    def __instancecheck__(cls, instance):
        return True

    def __subclasscheck__(cls, subclass):
        return True


class Pretender(metaclass=Meta):
    __class__ = torch.Tensor
    shape, dtype, requires_grad = (2,), torch.float64, False

    def dim(self):
        return 1

    def __float__(self):
        return 0.4


def mixture_log_prob(log_probs):
    return Pretender()
