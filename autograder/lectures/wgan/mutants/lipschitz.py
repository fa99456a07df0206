"""Wrong clipping, penalties and norms."""

from autograder.authoring.audit import edits, mutant

edits(
    "wgan.clip_weights_",
    ("the share inside", "p.abs() == c", "p.abs() < c", "share inside"),
    ("one side counted", "p.abs() == c", "p == c", "one side"),
    ("counted, not averaged", ".mean()", ".sum()", "not their share"),
    ("c = 0 accepted", "if c <= 0", "if c < 0", "7.8c"),
    ("negative c accepted", "if c <= 0", "c = abs(c)\n    if c == 0", "7.8c"),
    (
        "counted beyond c before",
        "p.clamp_(-c, c)\n        on_boundary.append((p.abs() == c).flatten())",
        "on_boundary.append((p.abs() > c).flatten())\n        p.clamp_(-c, c)",
        "beyond c before",
    ),
    ("the mean of the layers' shares", "c).flatten()", "c).to(p).mean()[None]", "layers' shares"),
    "p.clamp_(-c, c)",
    ("a copy", "p.clamp(-c, c)", "a copy was clipped"),
    ("only above", "p.clamp_(max=c)", "only large weights"),
    ("only below", "p.clamp_(min=-c)", "only small weights"),
    ("to [0, c]", "p.clamp_(0, c)", "7.8a"),
    ("the sign lost", "p.abs_().clamp_(max=c)", "the sign is lost"),
    ("scaled", "p.mul_(c / p.abs().max().clamp(min=c))", "scaled, not clipped"),
    ("the norm clipped", "p.mul_(c / p.norm().clamp(min=c))", "the norm of the weights"),
    ("set to zero", "p.mul_((p.abs() <= c).to(p))", "set to 0"),
    "module.parameters()",
    ("no biases", "[p for p in module.parameters() if p.dim() > 1]", "was left out"),
    (
        "frozen ones are left",
        "[p for p in module.parameters() if p.requires_grad]",
        "trained or not",
    ),
    ("the first layer only", "list(module.parameters())[:2]", "was left out"),
    ("buffers, too", "list(module.parameters()) + list(module.buffers())", "buffers are clipped"),
)
edits(
    "wgan.gradient_penalty",
    ("no create_graph", ", create_graph=True", "", "create_graph=True"),
    ("only the graph kept", "create_graph=True", "retain_graph=True", "create_graph=True"),
    ("the slope detached", "slope.flatten", "slope.detach().flatten", "create_graph=True"),
    ("no square", "(norm - 1).square()", "(norm - 1)", "square is missing"),
    ("the absolute value", "(norm - 1).square()", "(norm - 1).abs()", "square is missing"),
    ("the squared norm", "(norm - 1)", "(norm.square() - 1)", "‖∇f‖² − 1"),
    ("a slope of 0 is asked for", "(norm - 1)", "norm", "the 1 is missing"),
    ("one-sided", "(norm - 1)", "(norm - 1).clamp(min=0)", "one-sided"),
    ("a sum", ".square().mean()", ".square().sum()", "a sum over the examples"),
    ("the sum of absolute slopes", "(1), dim=1", "(1), ord=1, dim=1", "absolute slopes"),
    ("the norm over the batch", "slope.flatten(1), dim=1", "slope", "over the whole batch"),
    ("the norm over the examples", "(1), dim=1", "(1), dim=0", "over the examples"),
    ("one norm a row", "slope.flatten(1), dim=1", "slope, dim=-1", "7.9d"),
    ("the mean differentiated", "(between).sum()", "(between).mean()", "divided by the batch"),
    ("at the data", "eps * real + (1 - eps) * fake", "real.clone()", "at the data"),
    ("at the fakes", "eps * real + (1 - eps) * fake", "fake.clone()", "at the generated"),
    ("eps exchanged", "* real + (1 - eps) * fake", "* fake + (1 - eps) * real", "exchanged"),
    ("halfway", "eps * real + (1 - eps) * fake", "(real + fake) / 2", "always halfway"),
    ("beyond the data", "eps * real + (1 - eps) * fake", "real + eps * fake", "real + eps"),
    ("eps along the axes", "eps.", "eps if real.shape[-1] == len(eps) else eps.", "along the axes"),
    ("one eps", "eps = eps.view(-1, *[1] * (real.dim() - 1))", "eps = eps[0]", "one eps"),
    (
        "a column for eps, whatever the shape",
        "(-1, *[1] * (real.dim() - 1))",
        "(-1, 1)",
        "raised RuntimeError",
    ),
    ("λ included", "return (norm", "return 10 * (norm", "7.9"),
    "torch.linalg.vector_norm(slope.flatten(1), dim=1)",
    ("each coordinate held to 1", "slope.flatten(1)", "each coordinate"),
    ("a root without slope at 0", "slope.flatten(1).square().sum(1).sqrt()", "7.9e"),
)
SN = "wgan.spectral_norm"
edits(
    SN,
    ("the Frobenius norm", "return u @ W @ v, u", "return W.norm(), u", "Frobenius"),
    ("the largest entry", "return u @ W @ v, u", "return W.abs().max(), u", "largest entry"),
    ("u comes back with a graph", "W @ v, u", "W @ v, W @ v / (W @ v).norm().detach()", "7.10c"),
    ("σ squared", "return u @ W @ v, u", "return (u @ W @ v) ** 2, u", "σ²"),
    ("1 / σ", "return u @ W @ v, u", "return 1 / (u @ W @ v), u", "1 / σ"),
    ("v returned", "return u @ W @ v, u", "return u @ W @ v, v", "u at 1"),
    ("the graph cut", "return u @ W @ v, u", "return (u @ W @ v).detach(), u", "σ has no graph"),
    ("the absolute row sum", "return u @ W @ v,", "return W.abs().sum(1).max(),", "row's absolute"),
    ("through the iterations", "torch.no_grad()", "torch.enable_grad()", "through the iterations"),
    ("u not of length 1", "            u = u / u.norm()\n", "", "7.10"),
    ("v not of length 1", "            v = v / v.norm()\n", "", "7.10"),
    ("one step always", "range(n_iterations)", "range(1)", "7.10b"),
    ("one step too many", "range(n_iterations)", "range(n_iterations + 1)", "7.10a"),
    ("no step accepted", "if n_iterations < 1", "v = W.T @ u\n    if n_iterations < 0", "7.10d"),
    ("W for its transpose", "v = W.T @ u", "v = W @ u", "raised RuntimeError"),
    ("started anew", "with", "u = torch.ones_like(u)\n    with", "7.10b"),
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


edits(
    SN,
    ("a small number beside the length", "v = v / v.norm()", "v = v / (v.norm() + 1e-6)", "7.10b"),
    ("at most ten steps", "range(n_iterations)", "range(min(n_iterations, 10))", "7.10b"),
)
edits(
    "wgan.clip_weights_",
    ("nearly at the boundary", "p.abs() == c", "p.abs() >= 0.999 * c", "7.8c"),
    (
        "linear layers only",
        "module.parameters()",
        "[p for m in module.modules() if isinstance(m, nn.Linear) for p in m.parameters()]"
        " or list(module.parameters())",
        "7.8b",
    ),
)
edits("wgan.gradient_penalty", ("clipped slopes", "(norm - 1)", "(norm.clamp(max=10) - 1)", "7.9"))
