"""Small NADEs whose distribution is known exactly. Nothing here calls a student's code."""

import torch
from torch.nn.functional import logsigmoid

from course_lib.checks import F64, Draw
from course_lib.lectures.nade import inputs


def parameters(n_visible, n_hidden, seed, scale=1.5):
    """Random W, c, V, b in float64."""
    return inputs.parameters(Draw(seed), n_visible, n_hidden, scale)


def load_model(nade, here, values, dtype=F64):
    n_hidden, n_visible = values["W"].shape
    model = nade.NADE(n_visible=n_visible, n_hidden=n_hidden, seed=0, dtype=dtype)
    here.load(model, **values)
    return model


def pre_activations(W, c, x, inclusive=False):
    """a_i of the definition, through one triangular mask."""
    past = torch.ones(x.shape[1], x.shape[1], dtype=x.dtype).tril(0 if inclusive else -1)
    return c + (x[:, None, :] * past) @ W.T


def exact_logits(W, c, V, b, x, inclusive=False):
    return b + (torch.sigmoid(pre_activations(W, c, x, inclusive)) * V).sum(-1)


def exact_log_prob(values, x):
    logits = exact_logits(**values, x=x)
    return (x * logsigmoid(logits) + (1 - x) * logsigmoid(-logits)).sum(-1)


def certain_pixels(n_visible, n_hidden, seed):
    """Parameters with logits of ±10⁶, and the one vector that such a model draws."""
    values = parameters(n_visible, n_hidden, seed)
    values["V"] = 1e6 * values["V"]
    x, a = torch.zeros(1, n_visible, dtype=F64), values["c"]
    for i in range(n_visible):
        x[:, i] = values["b"][i] + torch.sigmoid(a) @ values["V"][i] > 0
        a = a + values["W"][:, i] * x[0, i]
    return values, x


AGAIN = "every pixel sums over all earlier pixels again instead of carrying a_i along"


def bits(row):
    return "".join(str(int(v)) for v in row)
