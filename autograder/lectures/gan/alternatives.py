"""Other right implementations of lecture 6. Each has to get full points."""
# The bodies are put into the lecture's module, where their names exist.

from autograder.authoring.audit import alternative


@alternative("gan.optimal_discriminator", "the sigmoid of the log-odds, NaN replaced")
def optimal_log_odds(p, q):
    return torch.sigmoid(torch.log(p) - torch.log(q)).nan_to_num(nan=0.5)


@alternative("gan.optimal_discriminator", "filled in only where something was seen")
def optimal_filled(p, q):
    d = torch.full_like(p, 0.5)
    seen = (p > 0) | (q > 0)
    d[seen] = p[seen] / (p[seen] + q[seen])
    return d


@alternative("gan.value", "terms with probability 0 left out by a mask")
def value_masked(p, q, d):
    on_real = torch.where(p > 0, p * torch.log(d), torch.zeros_like(p))
    on_fake = torch.where(q > 0, q * torch.log1p(-d), torch.zeros_like(q))
    return (on_real + on_fake).sum()


@alternative("gan.value", "expectations by dot products over the states that occur")
def value_dot(p, q, d):
    return p[p > 0] @ d[p > 0].log() + q[q > 0] @ (1 - d[q > 0]).log()


@alternative("gan.jsd", "entropy of the mixture minus the mean entropy")
def jsd_entropies(p, q):
    def entropy(w):
        return -torch.special.xlogy(w, w).sum()

    return entropy(0.5 * (p + q)) - 0.5 * entropy(p) - 0.5 * entropy(q)


@alternative("gan.jsd", "torch's kl_div of both halves")
def jsd_kl_div(p, q):
    m = 0.5 * (p + q)
    log_m = torch.where(m > 0, m, torch.ones_like(m)).log()
    return 0.5 * F.kl_div(log_m, p, reduction="sum") + 0.5 * F.kl_div(log_m, q, reduction="sum")


@alternative("gan.discriminator_loss", "binary cross-entropy with logits against ones and zeros")
def discriminator_loss_bce(real_logits, fake_logits):
    return F.binary_cross_entropy_with_logits(
        real_logits, torch.ones_like(real_logits)
    ) + F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))


@alternative("gan.discriminator_loss", "logsigmoid, σ(−a) = 1 − σ(a)")
def discriminator_loss_logsigmoid(real_logits, fake_logits):
    return -(F.logsigmoid(real_logits).mean() + F.logsigmoid(-fake_logits).mean())


@alternative("gan.discriminator_loss", "logaddexp with zeros")
def discriminator_loss_logaddexp(real_logits, fake_logits):
    on_real = torch.logaddexp(torch.zeros_like(real_logits), -real_logits)
    on_fake = torch.logaddexp(torch.zeros_like(fake_logits), fake_logits)
    return on_real.sum() / on_real.numel() + on_fake.sum() / on_fake.numel()


@alternative("gan.generator_loss", "a table of functions, logsigmoid")
def generator_loss_table(fake_logits, kind):
    losses = {
        "minimax": lambda a: F.logsigmoid(-a),
        "non_saturating": lambda a: -F.logsigmoid(a),
        "least_squares": lambda a: (a - 1) ** 2 / 2,
    }
    if kind not in losses:
        raise ValueError(f"unknown kind of loss {kind}")
    return losses[kind](fake_logits).mean()


@alternative("gan.generator_loss", "torch's cross-entropy and squared error, match")
def generator_loss_match(fake_logits, kind):
    ones = torch.ones_like(fake_logits)
    match kind:
        case "minimax":
            return -F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(ones))
        case "non_saturating":
            return F.binary_cross_entropy_with_logits(fake_logits, ones)
        case "least_squares":
            return F.mse_loss(fake_logits, ones) / 2
        case _:
            raise ValueError("there is no loss of the kind " + kind)


@alternative("gan.least_squares_discriminator_loss", "torch's squared error")
def least_squares_mse(real_logits, fake_logits):
    on_real = F.mse_loss(real_logits, torch.ones_like(real_logits))
    return (on_real + F.mse_loss(fake_logits, torch.zeros_like(fake_logits))) / 2


@alternative("gan.least_squares_discriminator_loss", "squares multiplied out")
def least_squares_expanded(real_logits, fake_logits):
    on_real = (real_logits * (real_logits / 2 - 1)).mean() + 0.5
    return on_real + (fake_logits * fake_logits).mean() / 2


@alternative("gan.train_step", "gradients by autograd.grad, each for one player only")
def train_step_grad(generator, discriminator, g_opt, d_opt, real, z, kind="non_saturating"):
    def move(optimiser, network, loss):
        parameters = list(network.parameters())
        for parameter, grad in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
            parameter.grad = grad
        optimiser.step()
        for parameter in parameters:
            parameter.grad = None
        return loss.detach()

    with torch.no_grad():
        fake = generator(z)
    if kind == "least_squares":
        loss = least_squares_discriminator_loss(discriminator(real), discriminator(fake))
    else:
        loss = discriminator_loss(discriminator(real), discriminator(fake))
    first = move(d_opt, discriminator, loss)
    return first, move(g_opt, generator, generator_loss(discriminator(generator(z)), kind))


@alternative("gan.train_step", "the discriminator is frozen while the generator moves")
def train_step_frozen(generator, discriminator, g_opt, d_opt, real, z, kind="non_saturating"):
    criterion = discriminator_loss
    if kind == "least_squares":
        criterion = least_squares_discriminator_loss
    logits = discriminator(torch.cat([real, generator(z).detach()]))
    d_loss = criterion(*logits.split([len(real), len(z)]))
    d_opt.zero_grad(set_to_none=True)
    d_loss.backward()
    d_opt.step()
    for parameter in discriminator.parameters():
        parameter.requires_grad_(False)
        parameter.grad = None
    g_opt.zero_grad(set_to_none=True)
    g_loss = generator_loss(discriminator(generator(z)), kind)
    g_loss.backward()
    g_opt.step()
    g_opt.zero_grad(set_to_none=True)
    for parameter in discriminator.parameters():
        parameter.requires_grad_(True)
    return d_loss.detach(), g_loss.detach()


@alternative("gan.train_step", "gradients set to zero by hand at the beginning and the end")
def train_step_by_hand(generator, discriminator, g_opt, d_opt, real, z, kind="non_saturating"):
    def clear():
        for network in (generator, discriminator):
            network.zero_grad(set_to_none=False)

    squares = kind == "least_squares"
    clear()
    logits = discriminator(real), discriminator(generator(z).detach())
    d_loss = least_squares_discriminator_loss(*logits) if squares else discriminator_loss(*logits)
    d_loss.backward()
    d_opt.step()
    clear()
    g_loss = generator_loss(discriminator(generator(z)), kind)
    g_loss.backward()
    g_opt.step()
    clear()
    return d_loss.detach().clone(), g_loss.detach().clone()


@alternative("gan.bilinear_dynamics", "powers of the step's matrix")
def bilinear_matrix(steps, lr, alternating, start=(1.0, 0.0), dtype=None):
    both = [[1.0 - lr**2, -lr], [lr, 1.0]] if alternating else [[1.0, -lr], [lr, 1.0]]
    M = torch.tensor(both, dtype=torch.float64)
    at = torch.tensor(start, dtype=torch.float64)
    points = torch.stack([torch.linalg.matrix_power(M, k) @ at for k in range(steps + 1)])
    return points.to(dtype or torch.get_default_dtype())


@alternative("gan.bilinear_dynamics", "one row after the other of a tensor made before")
def bilinear_rows(steps, lr, alternating, start=(1.0, 0.0), dtype=None):
    dtype = torch.get_default_dtype() if dtype is None else dtype
    points = torch.zeros(steps + 1, 2, dtype=torch.float64)
    points[0] = torch.as_tensor(start, dtype=torch.float64)
    for k in range(steps):
        theta, phi = points[k].clone()
        points[k + 1, 1] = phi + lr * theta
        points[k + 1, 0] = theta - lr * (points[k + 1, 1] if alternating else phi)
    return points.to(dtype)


@alternative("gan.mode_coverage", "cdist, unique indices of the good samples' modes")
def coverage_unique(samples, centers, radius):
    distance, nearest = torch.cdist(
        samples, centers, compute_mode="donot_use_mm_for_euclid_dist"
    ).min(1)
    good = distance <= radius
    hit = torch.unique(nearest[good])
    return torch.tensor(len(hit), device=samples.device), good.to(samples.dtype).mean()


@alternative("gan.mode_coverage", "squared distances, a count for each mode")
def coverage_counts(samples, centers, radius):
    squared = (samples.unsqueeze(1) - centers.unsqueeze(0)).pow(2).sum(-1)
    nearest = squared.argmin(dim=1)
    good = squared.gather(1, nearest[:, None]).squeeze(1) <= radius**2
    counts = torch.zeros(len(centers), dtype=torch.int64, device=samples.device)
    counts = counts.scatter_add(0, nearest, good.long())
    return (counts > 0).sum(), counts.sum().to(samples.dtype) / len(samples)


@alternative("gan.with_label", "maps for images, a code for all else")
def with_label_of_both(x, y, n_classes):
    code = F.one_hot(y, n_classes).to(x)
    if x.dim() == 4:
        code = code[:, :, None, None].expand(-1, -1, *x.shape[2:])
    return torch.cat([x, code], dim=1)


@alternative("gan.with_label", "rows of an identity matrix, repeated over the image")
def with_label_eye(x, y, n_classes):
    code = torch.eye(n_classes, dtype=x.dtype, device=x.device)[y]
    for size in x.shape[2:]:
        code = code.unsqueeze(-1).repeat_interleave(size, dim=-1)
    return torch.cat((x, code), dim=1)


@alternative("gan.with_label", "a larger tensor, ones written into it")
def with_label_written(x, y, n_classes):
    out = x.new_zeros(x.shape[0], x.shape[1] + n_classes, *x.shape[2:])
    out[:, : x.shape[1]] = x
    out[torch.arange(len(x), device=x.device), x.shape[1] + y] = 1
    return out


@alternative("gan.with_label", "comparison of the class with every number")
def with_label_compared(x, y, n_classes):
    same = y[:, None] == torch.arange(n_classes, device=y.device)
    code = same.to(x.dtype).view(len(x), n_classes, *(1 for _ in x.shape[2:]))
    return torch.cat([x, code + torch.zeros_like(x[:, :1])], dim=1)
