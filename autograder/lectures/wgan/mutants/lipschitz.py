"""Wrong clipping, penalties and norms."""

import torch

from autograder.authoring.audit import edits, mutant

CLIP = "wgan.clip_weights_"
edits(
    CLIP,
    "p.clamp_(-c, c)",
    ("a copy", "p.clamp(-c, c)", "a copy was clipped"),
    ("only above", "p.clamp_(max=c)", "only large weights"),
    ("only below", "p.clamp_(min=-c)", "only small weights"),
    ("to [0, c]", "p.clamp_(0, c)", "7.8a"),
    ("the sign lost", "p.abs_().clamp_(max=c)", "the sign is lost"),
    ("scaled", "p.mul_(c / p.abs().max().clamp(min=c))", "scaled, not clipped"),
    ("the norm clipped", "p.mul_(c / p.norm().clamp(min=c))", "the norm of the weights"),
    ("set to zero", "p.mul_((p.abs() <= c).to(p))", "set to 0"),
)
edits(
    CLIP,
    "module.parameters()",
    ("no biases", "[p for p in module.parameters() if p.dim() > 1]", "was left out"),
    ("the first layer only", "list(module.parameters())[:2]", "was left out"),
    ("buffers, too", "list(module.parameters()) + list(module.buffers())", "buffers are clipped"),
)
edits(
    CLIP,
    "p.abs() == c",
    ("the share inside", "p.abs() < c", "share inside"),
    ("one side counted", "p == c", "one side"),
)
edits(CLIP, ".mean()", ("counted, not averaged", ".sum()", "not their share"))
edits(CLIP, ".to(p.dtype)", ("in float32", ".float()", "7.8c"))
edits(
    CLIP,
    "if c <= 0",
    ("c = 0 accepted", "if c < 0", "7.8c"),
    ("negative c accepted", "c = abs(c)\n    if c == 0", "7.8c"),
)


@mutant(CLIP, "counted beyond c before", expect="beyond c before")
def clip_counts_before(module, c):
    if c <= 0:
        raise ValueError(f"c={c}")
    found = []
    for p in module.parameters():
        found.append((p.abs() > c).flatten())
        p.clamp_(-c, c)
    return torch.cat(found).to(p.dtype).mean()


@mutant(CLIP, "the mean of the layers' shares", expect="layers' shares")
def clip_mean_of_shares(module, c):
    if c <= 0:
        raise ValueError(f"c={c}")
    shares = []
    for p in module.parameters():
        p.clamp_(-c, c)
        shares.append((p.abs() == c).to(p).mean())
    return torch.stack(shares).mean()


GP = "wgan.gradient_penalty"
edits(GP, ", create_graph=True", ("no create_graph", "", "create_graph=True"))
edits(GP, "create_graph=True", ("only the graph kept", "retain_graph=True", "create_graph=True"))
edits(GP, "slope.flatten", ("the slope detached", "slope.detach().flatten", "create_graph=True"))
edits(
    GP,
    "(norm - 1).square()",
    ("no square", "(norm - 1)", "square is missing"),
    ("the absolute value", "(norm - 1).abs()", "square is missing"),
)
edits(
    GP,
    "(norm - 1)",
    ("the squared norm", "(norm.square() - 1)", "‖∇f‖² − 1"),
    ("a slope of 0 is asked for", "norm", "the 1 is missing"),
    ("one-sided", "(norm - 1).clamp(min=0)", "one-sided"),
)
edits(GP, ".square().mean()", ("a sum", ".square().sum()", "a sum over the examples"))
edits(
    GP,
    "slope.flatten(1), dim=1",
    ("the sum of absolute slopes", "slope.flatten(1), ord=1, dim=1", "absolute slopes"),
    ("the norm over the batch", "slope", "over the whole batch"),
    ("the norm over the examples", "slope.flatten(1), dim=0", "over the examples"),
    ("one norm a row", "slope, dim=-1", "7.9d"),
)
edits(
    GP,
    "torch.linalg.vector_norm(slope.flatten(1), dim=1)",
    ("each coordinate held to 1", "slope.flatten(1)", "each coordinate"),
    ("a root without slope at 0", "slope.flatten(1).square().sum(1).sqrt()", "7.9e"),
)
edits(
    GP,
    "critic(between).sum()",
    ("the mean differentiated", "critic(between).mean()", "divided by the batch"),
)
edits(
    GP,
    "eps * real + (1 - eps) * fake",
    ("at the data", "real.clone()", "at the data"),
    ("at the fakes", "fake.clone()", "at the generated"),
    ("eps exchanged", "eps * fake + (1 - eps) * real", "exchanged"),
    ("halfway", "(real + fake) / 2", "one eps"),
    ("beyond the data", "real + eps * fake", "real + eps"),
)
edits(
    GP,
    "eps = eps.view(-1, *[1] * (real.dim() - 1))",
    (
        "eps along the axes",
        "eps = eps if real.shape[-1] == len(eps) else eps.view(-1, *[1] * (real.dim() - 1))",
        "along the axes",
    ),
    ("one eps", "eps = eps[0]", "one eps"),
)
edits(
    GP,
    "eps.view(-1, *[1] * (real.dim() - 1))",
    ("a column for eps, whatever the shape", "eps.view(-1, 1)", "7.9d"),
)
edits(GP, "return (norm", ("λ included", "return 10 * (norm", "7.9"))

SN = "wgan.spectral_norm"
edits(
    SN,
    "return u @ W @ v, u",
    ("the Frobenius norm", "return W.norm(), u", "Frobenius"),
    ("the largest entry", "return W.abs().max(), u", "largest entry"),
    ("σ squared", "return (u @ W @ v) ** 2, u", "σ²"),
    ("1 / σ", "return 1 / (u @ W @ v), u", "1 / σ"),
    ("v returned", "return u @ W @ v, v", "7.10"),
    ("the graph cut", "return (u @ W @ v).detach(), u", "σ has no graph"),
    ("the absolute row sum", "return W.abs().sum(1).max(), u", "row's absolute"),
)
edits(
    SN,
    "with torch.no_grad():",
    ("through the iterations", "with torch.enable_grad():", "through the iterations"),
)
edits(SN, "            u = u / u.norm()\n", ("u not of length 1", "", "7.10"))
edits(SN, "            v = v / v.norm()\n", ("v not of length 1", "", "7.10"))
edits(
    SN,
    "range(n_iterations)",
    ("one step always", "range(1)", "7.10b"),
    ("one step too many", "range(n_iterations + 1)", "7.10a"),
)
edits(
    SN, "if n_iterations < 1", ("no step accepted", "v = W.T @ u\n    if n_iterations < 0", "7.10d")
)
edits(SN, "v = W.T @ u", ("W for its transpose", "v = W @ u", "7.10"))
edits(
    SN,
    "    with torch.no_grad():",
    ("started anew", "    u = torch.ones_like(u)\n    with torch.no_grad():", "7.10b"),
)


@mutant(SN, "the first u is returned", expect="the u that was given")
def spectral_first_u(W, u, n_iterations):
    if n_iterations < 1:
        raise ValueError(f"n_iterations={n_iterations}")
    first = u
    with torch.no_grad():
        for _ in range(n_iterations):
            v = W.T @ u
            v = v / v.norm()
            u = W @ v
            u = u / u.norm()
    return u @ W @ v, first


@mutant(SN, "exact, whatever is asked for", expect="the exact value")
def spectral_exact(W, u, n_iterations):
    if n_iterations < 1:
        raise ValueError(f"n_iterations={n_iterations}")
    return torch.linalg.matrix_norm(W, 2), torch.linalg.svd(W.detach()).U[:, 0]
