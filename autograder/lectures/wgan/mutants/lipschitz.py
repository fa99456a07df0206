"""Wrong clipping, penalties and norms."""

import torch

from autograder.authoring.audit import edit, mutant

CLIP = "wgan.clip_weights_"
edit(CLIP, "a copy", old="p.clamp_(-c, c)", new="p.clamp(-c, c)", expect="a copy was clipped")
edit(CLIP, "only above", old="p.clamp_(-c, c)", new="p.clamp_(max=c)", expect="only large weights")
edit(CLIP, "only below", old="p.clamp_(-c, c)", new="p.clamp_(min=-c)", expect="only small weights")
edit(CLIP, "to [0, c]", old="p.clamp_(-c, c)", new="p.clamp_(0, c)", expect="7.8a")
edit(
    CLIP,
    "the sign lost",
    old="p.clamp_(-c, c)",
    new="p.abs_().clamp_(max=c)",
    expect="the sign is lost",
)
edit(
    CLIP,
    "scaled",
    old="p.clamp_(-c, c)",
    new="p.mul_(c / p.abs().max().clamp(min=c))",
    expect="scaled, not clipped",
)
edit(
    CLIP,
    "the norm clipped",
    old="p.clamp_(-c, c)",
    new="p.mul_(c / p.norm().clamp(min=c))",
    expect="the norm of the weights",
)
edit(
    CLIP,
    "set to zero",
    old="p.clamp_(-c, c)",
    new="p.mul_((p.abs() <= c).to(p))",
    expect="set to 0",
)
edit(
    CLIP,
    "no biases",
    old="module.parameters()",
    new="[p for p in module.parameters() if p.dim() > 1]",
    expect="was left out",
)
edit(
    CLIP,
    "the first layer only",
    old="module.parameters()",
    new="list(module.parameters())[:2]",
    expect="was left out",
)
edit(
    CLIP,
    "buffers, too",
    old="module.parameters()",
    new="list(module.parameters()) + list(module.buffers())",
    expect="buffers are clipped",
)
edit(CLIP, "the share inside", old="p.abs() == c", new="p.abs() < c", expect="share inside")
edit(CLIP, "one side counted", old="p.abs() == c", new="p == c", expect="one side")
edit(CLIP, "counted, not averaged", old=".mean()", new=".sum()", expect="not their share")
edit(CLIP, "in float32", old=".to(p.dtype)", new=".float()", expect="7.8c")
edit(CLIP, "c = 0 accepted", old="if c <= 0", new="if c < 0", expect="7.8c")
edit(CLIP, "negative c accepted", old="if c <= 0", new="c = abs(c)\n    if c == 0", expect="7.8c")


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
edit(GP, "no create_graph", old=", create_graph=True", new="", expect="create_graph=True")
edit(
    GP,
    "only the graph kept",
    old="create_graph=True",
    new="retain_graph=True",
    expect="create_graph=True",
)
edit(
    GP,
    "the slope detached",
    old="slope.flatten",
    new="slope.detach().flatten",
    expect="create_graph=True",
)
edit(GP, "no square", old="(norm - 1).square()", new="(norm - 1)", expect="square is missing")
edit(
    GP,
    "the absolute value",
    old="(norm - 1).square()",
    new="(norm - 1).abs()",
    expect="square is missing",
)
edit(GP, "the squared norm", old="(norm - 1)", new="(norm.square() - 1)", expect="‖∇f‖² − 1")
edit(GP, "a slope of 0 is asked for", old="(norm - 1)", new="norm", expect="the 1 is missing")
edit(GP, "a sum", old=".square().mean()", new=".square().sum()", expect="a sum over the examples")
edit(GP, "one-sided", old="(norm - 1)", new="(norm - 1).clamp(min=0)", expect="one-sided")
edit(
    GP,
    "the sum of absolute slopes",
    old="slope.flatten(1), dim=1",
    new="slope.flatten(1), ord=1, dim=1",
    expect="absolute slopes",
)
edit(
    GP,
    "the norm over the batch",
    old="slope.flatten(1), dim=1",
    new="slope",
    expect="over the whole batch",
)
edit(
    GP,
    "the norm over the examples",
    old="slope.flatten(1), dim=1",
    new="slope.flatten(1), dim=0",
    expect="over the examples",
)
edit(
    GP,
    "each coordinate held to 1",
    old="torch.linalg.vector_norm(slope.flatten(1), dim=1)",
    new="slope.flatten(1)",
    expect="each coordinate",
)
edit(
    GP,
    "the mean differentiated",
    old="critic(between).sum()",
    new="critic(between).mean()",
    expect="divided by the batch",
)
edit(
    GP, "at the data", old="eps * real + (1 - eps) * fake", new="real.clone()", expect="at the data"
)
edit(
    GP,
    "at the fakes",
    old="eps * real + (1 - eps) * fake",
    new="fake.clone()",
    expect="at the generated",
)
edit(
    GP,
    "eps exchanged",
    old="eps * real + (1 - eps) * fake",
    new="eps * fake + (1 - eps) * real",
    expect="exchanged",
)
edit(
    GP,
    "eps along the axes",
    old="eps = eps.view(-1, *[1] * (real.dim() - 1))",
    new="eps = eps if real.shape[-1] == len(eps) else eps.view(-1, *[1] * (real.dim() - 1))",
    expect="along the axes",
)
edit(
    GP,
    "one eps",
    old="eps = eps.view(-1, *[1] * (real.dim() - 1))",
    new="eps = eps[0]",
    expect="one eps",
)
edit(
    GP,
    "halfway",
    old="eps * real + (1 - eps) * fake",
    new="(real + fake) / 2",
    expect="one eps",
)
edit(
    GP,
    "beyond the data",
    old="eps * real + (1 - eps) * fake",
    new="real + eps * fake",
    expect="real + eps",
)
edit(
    GP,
    "a column for eps, whatever the shape",
    old="eps.view(-1, *[1] * (real.dim() - 1))",
    new="eps.view(-1, 1)",
    expect="7.9d",
)
edit(GP, "one norm a row", old="slope.flatten(1), dim=1", new="slope, dim=-1", expect="7.9d")
edit(
    GP,
    "a root without slope at 0",
    old="torch.linalg.vector_norm(slope.flatten(1), dim=1)",
    new="slope.flatten(1).square().sum(1).sqrt()",
    expect="7.9e",
)
edit(GP, "λ included", old="return (norm", new="return 10 * (norm", expect="7.9")

SN = "wgan.spectral_norm"
edit(
    SN,
    "the Frobenius norm",
    old="return u @ W @ v, u",
    new="return W.norm(), u",
    expect="Frobenius",
)
edit(
    SN,
    "the largest entry",
    old="return u @ W @ v, u",
    new="return W.abs().max(), u",
    expect="largest entry",
)
edit(SN, "σ squared", old="return u @ W @ v, u", new="return (u @ W @ v) ** 2, u", expect="σ²")
edit(SN, "1 / σ", old="return u @ W @ v, u", new="return 1 / (u @ W @ v), u", expect="1 / σ")
edit(SN, "v returned", old="return u @ W @ v, u", new="return u @ W @ v, v", expect="7.10")
edit(
    SN,
    "the graph cut",
    old="return u @ W @ v, u",
    new="return (u @ W @ v).detach(), u",
    expect="σ has no graph",
)
edit(
    SN,
    "through the iterations",
    old="with torch.no_grad():",
    new="with torch.enable_grad():",
    expect="through the iterations",
)
edit(SN, "u not of length 1", old="            u = u / u.norm()\n", new="", expect="7.10")
edit(SN, "v not of length 1", old="            v = v / v.norm()\n", new="", expect="7.10")
edit(SN, "one step always", old="range(n_iterations)", new="range(1)", expect="7.10b")
edit(
    SN,
    "one step too many",
    old="range(n_iterations)",
    new="range(n_iterations + 1)",
    expect="7.10a",
)
edit(
    SN,
    "no step accepted",
    old="if n_iterations < 1",
    new="v = W.T @ u\n    if n_iterations < 0",
    expect="7.10d",
)
edit(SN, "W for its transpose", old="v = W.T @ u", new="v = W @ u", expect="7.10")
edit(
    SN,
    "started anew",
    old="    with torch.no_grad():",
    new="    u = torch.ones_like(u)\n    with torch.no_grad():",
    expect="7.10b",
)
edit(
    SN,
    "the absolute row sum",
    old="return u @ W @ v, u",
    new="return W.abs().sum(1).max(), u",
    expect="row's absolute",
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
