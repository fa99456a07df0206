"""Wrong gradients, and gradients cut wrongly."""

from autograder.authoring.audit import edits, mutant

BPTT = "rnn.bptt"
edits(
    BPTT,
    ("the derivative of tanh is missing", " * (1 - h_t**2)", "", "1 − h_t² of tanh is missing"),
    ("1 − h instead of 1 − h²", "(1 - h_t**2)", "(1 - h_t)", "3.5"),
    ("nothing flows back through time", " + d_a @ params.W_hh)", ")", "flows back from a_{t+1}"),
    ("the way back is not transposed", "@ params.W_hh", "@ params.W_hh.T", "needs the transpose"),
    ("the sum over the examples", " / len(tokens)", "", "instead of their mean"),
    ("the sign", ".softmax(-1) - e) / len(tokens)", ".softmax(-1) - e) / -len(tokens)", "the sign"),
    ("the mean over characters as well", "/ len(tokens)", "/ tokens.numel()", "3.5"),
    (
        "the softmax's own derivative a second time",
        "d_o = ((states @ params.W_hy.T + params.b_y).softmax(-1) - e) / len(tokens)",
        "p = (states @ params.W_hy.T + params.b_y).softmax(-1)\n"
        "    d_o = (p - e) * p * (1 - p) / len(tokens)",
        "3.5a",
    ),
    ("the first character's term is missing", "=d_o.sum", "=d_o[:, 1:].sum", "its term is missing"),
    ("W_hh's gradient with the memory after the step", "states[:, :-1]", "states[:, 1:]", "3.5c"),
    ("W_xh's gradient with the next character", "d_as, e[:, :-1])", "d_as, e[:, 1:])", "3.5c"),
    ("the rows in the wrong order of time", "rows[::-1]", "rows", "3.5"),
    ("the gradient of W_hh is transposed", '"nti,ntj->ij"', '"nti,ntj->ji"', "3.5d"),
    (
        "the way back stops after one step",
        "d_a = (d_o_t @ params.W_hy + d_a @ params.W_hh) * (1 - h_t**2)\n        rows.append(d_a)",
        "here = d_o_t @ params.W_hy * (1 - h_t**2)\n"
        "        rows.append(here + d_a @ params.W_hh * (1 - h_t**2))\n"
        "        d_a = here",
        "3.5d",
    ),
    ("the first step's memory is left out", "d_as, e[:, :-1]", "d_as[:, 1:], e[:, 1:-1]", "3.5c"),
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
edits(
    CLIP,
    ("short gradients are stretched", ".clamp(max=1)", "", "stretched to c"),
    ("nothing is clipped", "(max_norm / norm)", "1 + 0 * norm", "was clipped"),
    ("the norm squared", "/ norm)", "/ norm**2)", "norm squared"),
    ("the inverse factor", "max_norm / norm", "norm / max_norm", "3.6"),
    ("always normalised to 1", "(max_norm / norm).clamp(max=1)", "1 / norm.clamp(min=1)", "3.6"),
    ("the norms' sum", "]).norm()", "]).sum()", "sum of the parts' norms"),
    "scale * g",
    (
        "every part by its own norm",
        "g * (max_norm / g.norm().clamp(min=1e-12)).clamp(max=1)",
        "clipped for itself",
    ),
    ("every entry by itself", "g.clamp(-max_norm, max_norm)", "clipped for itself"),
    ("writes into its argument", "g.mul_(scale)", "in place"),
    (
        "0 / 0 for the zero gradient",
        "g / norm * torch.minimum(norm, norm.new_tensor(max_norm))",
        "zero gradient",
    ),
)


@mutant(CLIP, "the largest entry as the norm", expect="largest entry")
def clip_largest(grads, max_norm):
    norm = torch.stack([g.abs().max() for g in grads]).max()
    return tuple(g * (max_norm / norm).clamp(max=1) for g in grads)


edits(
    CLIP,
    ("a small number beside the norm", "max_norm / norm", "max_norm / (norm + 1e-3)", "3.6"),
    ("never shorter than a thousandth", ".clamp(max=1)", ".clamp(1e-3, 1)", "3.6c"),
)
edits(BPTT, ("clipped on the way", "* (1 - h_t**2)", "* (1 - h_t**2).clamp(min=0.1)", "3.5"))
