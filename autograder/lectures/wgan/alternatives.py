"""Right solutions of lecture 7 that differ from the reference."""
# The bodies are put into the lecture's module, where their names exist.

from autograder.authoring.audit import alternative, edits


@alternative("wgan.js_parallel_lines", "torch.where")
def js_where(theta):
    return torch.where(theta == 0, torch.zeros_like(theta), torch.full_like(theta, math.log(2)))


@alternative("wgan.js_parallel_lines", "by the sign's absolute value")
def js_sign(theta):
    return theta.sign().abs() * torch.tensor(2.0, dtype=theta.dtype, device=theta.device).log()


edits(
    "wgan.w1_parallel_lines",
    ("the root of the square", "theta.abs()", "torch.sqrt(theta**2)"),
    ("the larger of θ and −θ", "theta.abs()", "torch.maximum(theta, -theta)"),
)


@alternative("wgan.wasserstein_1d", "every number repeated until both sets are equally large")
def numbers_repeated(x, y):
    n, m = len(x), len(y)
    both = math.lcm(n, m)
    x = x.sort().values.repeat_interleave(both // n)
    y = y.sort().values.repeat_interleave(both // m)
    return (x - y).abs().mean()


@alternative("wgan.wasserstein_1d", "SciPy")
def numbers_scipy(x, y):
    import scipy.stats

    found = scipy.stats.wasserstein_distance(x.double().numpy(), y.double().numpy())
    return torch.tensor(found, dtype=x.dtype)


@alternative("wgan.wasserstein_1d", "the distribution functions by comparison")
def numbers_by_comparison(x, y):
    t, _ = torch.sort(torch.cat((x, y)))
    F = (x[None] <= t[:, None]).to(x.dtype).mean(1)
    G = (y[None] <= t[:, None]).to(x.dtype).mean(1)
    return torch.sum(torch.abs(F - G)[:-1] * (t[1:] - t[:-1]))


@alternative("wgan.wasserstein_lp", "dense constraints, row by row")
def lp_dense(a, b, cost):
    n, m = cost.shape
    A = np.zeros((n + m, n, m))
    for i in range(n):
        A[i, i, :] = 1
    for j in range(m):
        A[n + j, :, j] = 1
    result = scipy.optimize.linprog(
        c=cost.double().numpy().ravel(),
        A_eq=A.reshape(n + m, n * m),
        b_eq=masses(a, b),
        method="highs",
    )
    plan = torch.tensor(result.x.reshape(n, m), dtype=cost.dtype)
    return torch.tensor(result.fun, dtype=cost.dtype), plan


@alternative("wgan.wasserstein_lp", "the last constraint, which follows from the others, left out")
def lp_without_the_last(a, b, cost):
    result = linprog(
        cost.double().numpy().reshape(-1),
        A_eq=marginal_sums(*cost.shape)[:-1],
        b_eq=masses(a, b)[:-1],
        method="highs-ds",
    )
    plan = torch.as_tensor(result.x).reshape(cost.shape).to(cost.dtype)
    return torch.sum(plan * cost), plan


@alternative("wgan.kantorovich_dual", "the multipliers of the plan's constraints")
def dual_multipliers(a, b, cost):
    n, m = cost.shape
    result = linprog(cost.double().numpy().ravel(), A_eq=marginal_sums(n, m), b_eq=masses(a, b))
    prices = torch.as_tensor(result.eqlin.marginals).to(cost.dtype)
    return prices[:n], prices[n:]


@alternative("wgan.kantorovich_dual", "another constant in f and g")
def dual_shifted(a, b, cost):
    n, m = len(a), len(b)
    pairs = np.concatenate([np.repeat(np.eye(n), m, 0), np.tile(np.eye(m), (n, 1))], axis=1)
    result = linprog(
        -masses(a, b),
        A_ub=pairs,
        b_ub=cost.double().numpy().reshape(n * m),
        bounds=[(None, None)] * (n + m),
    )
    found = torch.tensor(result.x, dtype=cost.dtype)
    shift = found[0]
    return found[:n] - shift, found[n:] + shift


@alternative("wgan.critic_loss", "sums divided by the counts")
def critic_loss_sums(f_real, f_fake):
    return f_fake.sum() / len(f_fake) - f_real.sum() / len(f_real)


@alternative("wgan.critic_loss", "one mean over signed scores")
def critic_loss_signed(f_real, f_fake):
    n, m = f_real.numel(), f_fake.numel()
    return torch.cat([-f_real * (m / n), f_fake]).sum() / m


edits(
    "wgan.generator_loss",
    "-f_fake.mean()",
    ("the mean of the negatives", "torch.mean(-f_fake)"),
    ("the critic's loss without data", "critic_loss(f_fake, torch.zeros_like(f_fake))"),
)


@alternative("wgan.clip_weights_", "through .data, copied back")
def clip_data(module, c):
    if not c > 0:
        raise ValueError(f"expected c > 0, got {c}")
    total, held = 0, 0
    for p in module.parameters():
        p.data.copy_(
            torch.minimum(torch.maximum(p.data, -c * torch.ones_like(p)), c * torch.ones_like(p))
        )
        total += p.numel()
        held = held + (p.data.abs() >= c).sum()
    return held.to(p.dtype) / total


@alternative("wgan.clip_weights_", "whole numbers divided, which gives torch's default dtype")
def clip_count(module, c):
    if not c > 0:
        raise ValueError(f"c={c}")
    at = n = 0
    for p in module.parameters():
        p.clamp_(-c, c)
        at = at + (p.abs() == c).sum()
        n += p.numel()
    return at / n


@alternative("wgan.clip_weights_", "counted before it is clipped")
def clip_counted_before(module, c):
    if c <= 0.0:
        raise ValueError(f"c={c} is no boundary")
    parameters = list(module.parameters())
    values = torch.nn.utils.parameters_to_vector(parameters)
    torch.nn.utils.vector_to_parameters(values.clip(-c, c), parameters)
    return (values.abs() >= c).to(values.dtype).mean()


@alternative("wgan.gradient_penalty", "torch.lerp, and ones for the sum")
def penalty_lerp(critic, real, fake, eps):
    share = eps.reshape((len(eps),) + (1,) * (real.ndim - 1))
    x = torch.lerp(fake, real, share).requires_grad_(True)
    scores = critic(x)
    slope = torch.autograd.grad(
        outputs=scores,
        inputs=x,
        grad_outputs=torch.ones_like(scores),
        create_graph=True,
        retain_graph=True,
    )[0]
    return ((slope.reshape(len(x), -1).norm(2, dim=1) - 1) ** 2).mean()


@alternative("wgan.gradient_penalty", "the square multiplied out, a small constant in the root")
def penalty_multiplied_out(critic, real, fake, eps):
    way = real - fake
    x = fake + torch.einsum("n,n...->n...", eps, way)
    x.requires_grad_()
    slope = torch.autograd.grad(critic(x).sum(), x, create_graph=True)[0]
    square = slope.flatten(1).square().sum(1)
    return (square - 2 * torch.sqrt(square + 1e-12) + 1).mean()


@alternative("wgan.spectral_norm", "the length of W v, detached vectors")
def spectral_length(W, u, n_iterations):
    if n_iterations <= 0:
        raise ValueError(f"n_iterations must be positive, not {n_iterations}")
    fixed = W.detach()
    u = u.detach()
    for _ in range(n_iterations):
        v = torch.nn.functional.normalize(fixed.mT @ u, dim=0)
        u = torch.nn.functional.normalize(fixed @ v, dim=0)
    return torch.dot(u, torch.mv(W, v)), u


@alternative("wgan.spectral_norm", "u and v as columns")
def spectral_columns(W, u, n_iterations):
    if n_iterations < 1:
        raise ValueError(f"{n_iterations} steps lead nowhere")
    u = u.detach()[:, None]
    for _ in range(n_iterations):
        v = W.detach().t() @ u
        v = v / torch.sqrt((v**2).sum())
        u = W.detach() @ v
        u = u / torch.sqrt((u**2).sum())
    return (W * (u @ v.t())).sum(), u[:, 0]


@alternative("wgan.sinkhorn", "potentials in the units of cost")
def sinkhorn_potentials(a, b, cost, epsilon, n_iterations=200):
    phi, psi = torch.zeros_like(a), torch.zeros_like(b)
    for _ in range(n_iterations):
        phi = epsilon * (a.log() - torch.logsumexp((psi[None, :] - cost) / epsilon, 1))
        psi = epsilon * (b.log() - torch.logsumexp((phi[:, None] - cost) / epsilon, 0))
    plan = ((phi[:, None] + psi[None, :] - cost) / epsilon).exp()
    return torch.sum(cost * plan), plan


@alternative("wgan.sinkhorn", "the logarithm of the plan, rows and columns scaled in turn")
def sinkhorn_plan(a, b, cost, epsilon, n_iterations=200):
    log_plan = -cost / epsilon
    for _ in range(n_iterations):
        log_plan = log_plan - log_plan.logsumexp(1, keepdim=True) + a.log()[:, None]
        log_plan = log_plan.nan_to_num(nan=-math.inf, neginf=-math.inf)
        log_plan = log_plan - log_plan.logsumexp(0) + b.log()
        log_plan = log_plan.nan_to_num(nan=-math.inf, neginf=-math.inf)
    plan = log_plan.exp()
    return (plan * cost).sum(), plan
