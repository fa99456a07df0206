"""Wrong gradients, and gradients cut wrongly."""

import torch

from autograder.authoring.audit import edits, mutant

BPTT = "rnn.bptt"
edits(
    BPTT,
    " * (1 - h_t**2)",
    ("the derivative of tanh is missing", "", "1 − h_t² of tanh is missing"),
)
edits(BPTT, "(1 - h_t**2)", ("1 − h instead of 1 − h²", "(1 - h_t)", "3.5"))
edits(
    BPTT,
    " + d_a @ params.W_hh)",
    ("nothing flows back through time", ")", "flows back from a_{t+1}"),
)
edits(
    BPTT,
    "d_a @ params.W_hh)",
    ("the way back is not transposed", "d_a @ params.W_hh.T)", "needs the transpose"),
)
edits(BPTT, " / len(tokens)", ("the sum over the examples", "", "instead of their mean"))
edits(
    BPTT,
    ".softmax(-1) - e) / len(tokens)",
    ("the sign", ".softmax(-1) - e) / -len(tokens)", "the sign"),
)
edits(BPTT, "/ len(tokens)", ("the mean over characters as well", "/ tokens.numel()", "3.5"))
edits(
    BPTT,
    "d_o = ((states @ params.W_hy.T + params.b_y).softmax(-1) - e) / len(tokens)",
    (
        "the softmax's own derivative a second time",
        "p = (states @ params.W_hy.T + params.b_y).softmax(-1)\n"
        "    d_o = (p - e) * p * (1 - p) / len(tokens)",
        "3.5a",
    ),
)
edits(
    BPTT,
    "b_y=d_o.sum((0, 1)),",
    ("the first character's term is missing", "b_y=d_o[:, 1:].sum((0, 1)),", "its term is missing"),
)
edits(
    BPTT,
    "d_as, states[:, :-1])",
    ("W_hh's gradient with the memory after the step", "d_as, states[:, 1:])", "3.5c"),
)
edits(
    BPTT, "d_as, e[:, :-1])", ("W_xh's gradient with the next character", "d_as, e[:, 1:])", "3.5c")
)
edits(BPTT, "rows[::-1]", ("the rows in the wrong order of time", "rows", "3.5"))
edits(BPTT, '"nti,ntj->ij"', ("the gradient of W_hh is transposed", '"nti,ntj->ji"', "3.5d"))
edits(
    BPTT,
    "d_a = (d_o_t @ params.W_hy + d_a @ params.W_hh) * (1 - h_t**2)\n        rows.append(d_a)",
    (
        "the way back stops after one step",
        "here = d_o_t @ params.W_hy * (1 - h_t**2)\n"
        "        rows.append(here + d_a @ params.W_hh * (1 - h_t**2))\n"
        "        d_a = here",
        "3.5d",
    ),
)
edits(
    BPTT,
    '"nth,ntv->hv", d_as, e[:, :-1]',
    ("the first step's memory is left out", '"nth,ntv->hv", d_as[:, 1:], e[:, 1:-1]', "3.5c"),
)


@mutant(BPTT, "right, but the way back is walked again for every character", expect="four times")
def bptt_quadratic(tokens, params):
    e = one_hot(tokens, len(params.b_y), params.b_y.dtype)
    h = [params.b_h.new_zeros(len(tokens), len(params.b_h))]
    for x in e[:, :-1].unbind(1):
        h.append(rnn_step(x, h[-1], params)[1])
    grads = [torch.zeros_like(p) for p in params]
    for t in range(tokens.shape[1]):
        d_o = ((h[t] @ params.W_hy.T + params.b_y).softmax(-1) - e[:, t]) / len(tokens)
        grads[3] += d_o.T @ h[t]
        grads[4] += d_o.sum(0)
        d_h = d_o @ params.W_hy
        for k in range(t, 0, -1):
            d_a = d_h * (1 - h[k] ** 2)
            grads[0] += d_a.T @ e[:, k - 1]
            grads[1] += d_a.T @ h[k - 1]
            grads[2] += d_a.sum(0)
            d_h = d_a @ params.W_hh
    return tuple(grads)


CLIP = "rnn.clip_by_global_norm"
edits(CLIP, ".clamp(max=1)", ("short gradients are stretched", "", "stretched to c"))
edits(CLIP, "(max_norm / norm)", ("nothing is clipped", "1 + 0 * norm", "was clipped"))
edits(CLIP, "/ norm)", ("the norm squared", "/ norm**2)", "norm squared"))
edits(CLIP, "max_norm / norm", ("the inverse factor", "norm / max_norm", "3.6"))
edits(
    CLIP,
    "(max_norm / norm).clamp(max=1)",
    ("always normalised to 1", "1 / norm.clamp(min=1)", "3.6"),
)
edits(CLIP, "]).norm()", ("the norms' sum", "]).sum()", "sum of the parts' norms"))


@mutant(CLIP, "every part by its own norm", expect="clipped for itself")
def clip_each(grads, max_norm):
    return tuple(g * (max_norm / g.norm().clamp(min=1e-12)).clamp(max=1) for g in grads)


@mutant(CLIP, "every entry by itself", expect="clipped for itself")
def clip_values(grads, max_norm):
    return tuple(g.clamp(-max_norm, max_norm) for g in grads)


@mutant(CLIP, "the largest entry as the norm", expect="largest entry")
def clip_largest(grads, max_norm):
    norm = torch.stack([g.abs().max() for g in grads]).max()
    return tuple(g * (max_norm / norm).clamp(max=1) for g in grads)


@mutant(CLIP, "writes into its argument", expect="in place")
def clip_in_place(grads, max_norm):
    norm = torch.stack([g.norm() for g in grads]).norm()
    for g in grads:
        g.mul_((max_norm / norm).clamp(max=1))
    return grads


@mutant(CLIP, "0 / 0 for the zero gradient", expect="zero gradient")
def clip_zero(grads, max_norm):
    norm = torch.stack([g.norm() for g in grads]).norm()
    return tuple(g / norm * torch.minimum(norm, norm.new_tensor(max_norm)) for g in grads)
