"""Wrong gradients, and gradients cut wrongly."""

import torch

from autograder.authoring.audit import edit, mutant

BPTT = "rnn.bptt"
edit(
    BPTT,
    "the derivative of tanh is missing",
    old=" * (1 - h_t**2)",
    new="",
    expect="1 − h_t² of tanh is missing",
)
edit(
    BPTT,
    "1 − h instead of 1 − h²",
    old="(1 - h_t**2)",
    new="(1 - h_t)",
    expect="3.5",
)
edit(
    BPTT,
    "nothing flows back through time",
    old=" + d_a @ params.W_hh)",
    new=")",
    expect="flows back from a_{t+1}",
)
edit(
    BPTT,
    "the way back is not transposed",
    old="d_a @ params.W_hh)",
    new="d_a @ params.W_hh.T)",
    expect="needs the transpose",
)
edit(
    BPTT, "the sum over the examples", old=" / len(tokens)", new="", expect="instead of their mean"
)
edit(
    BPTT,
    "the sign",
    old=".softmax(-1) - e) / len(tokens)",
    new=".softmax(-1) - e) / -len(tokens)",
    expect="the sign",
)
edit(
    BPTT,
    "the mean over characters as well",
    old="/ len(tokens)",
    new="/ tokens.numel()",
    expect="3.5",
)
edit(
    BPTT,
    "the softmax's own derivative a second time",
    old="d_o = ((states @ params.W_hy.T + params.b_y).softmax(-1) - e) / len(tokens)",
    new="p = (states @ params.W_hy.T + params.b_y).softmax(-1)\n"
    "    d_o = (p - e) * p * (1 - p) / len(tokens)",
    expect="3.5a",
)
edit(
    BPTT,
    "the first character's term is missing",
    old="b_y=d_o.sum((0, 1)),",
    new="b_y=d_o[:, 1:].sum((0, 1)),",
    expect="its term is missing",
)
edit(
    BPTT,
    "W_hh's gradient with the memory after the step",
    old="d_as, states[:, :-1])",
    new="d_as, states[:, 1:])",
    expect="3.5c",
)
edit(
    BPTT,
    "W_xh's gradient with the next character",
    old="d_as, e[:, :-1])",
    new="d_as, e[:, 1:])",
    expect="3.5c",
)
edit(
    BPTT,
    "the rows in the wrong order of time",
    old="rows[::-1]",
    new="rows",
    expect="3.5",
)
edit(
    BPTT,
    "the gradient of W_hh is transposed",
    old='"nti,ntj->ij"',
    new='"nti,ntj->ji"',
    expect="3.5d",
)
edit(
    BPTT,
    "the way back stops after one step",
    old="d_a = (d_o_t @ params.W_hy + d_a @ params.W_hh) * (1 - h_t**2)\n        rows.append(d_a)",
    new="here = d_o_t @ params.W_hy * (1 - h_t**2)\n"
    "        rows.append(here + d_a @ params.W_hh * (1 - h_t**2))\n"
    "        d_a = here",
    expect="3.5d",
)
edit(
    BPTT,
    "the first step's memory is left out",
    old='"nth,ntv->hv", d_as, e[:, :-1]',
    new='"nth,ntv->hv", d_as[:, 1:], e[:, 1:-1]',
    expect="3.5c",
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
edit(CLIP, "short gradients are stretched", old=".clamp(max=1)", new="", expect="stretched to c")
edit(CLIP, "nothing is clipped", old="(max_norm / norm)", new="1 + 0 * norm", expect="was clipped")
edit(CLIP, "the norm squared", old="/ norm)", new="/ norm**2)", expect="norm squared")
edit(CLIP, "the inverse factor", old="max_norm / norm", new="norm / max_norm", expect="3.6")
edit(
    CLIP,
    "always normalised to 1",
    old="(max_norm / norm).clamp(max=1)",
    new="1 / norm.clamp(min=1)",
    expect="3.6",
)
edit(CLIP, "the norms' sum", old="]).norm()", new="]).sum()", expect="sum of the parts' norms")


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
