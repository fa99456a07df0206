"""Other right implementations of lecture 9. Each has to get full points."""
# The bodies are put into the lecture's module, where their names exist.

from autograder.authoring.audit import alternative


@alternative("diffusion.linear_betas", "arithmetic on a range of steps")
def linear_arange(T, first=1e-4, last=0.02, dtype=None):
    if T <= 1:
        raise ValueError(f"{T} steps do not lead from {first} to {last}; take 2 or more, not {T}")
    t = torch.arange(1, T + 1, dtype=dtype or torch.get_default_dtype())
    return first + (last - first) * (t - 1) / (T - 1)


@alternative("diffusion.linear_betas", "a list of numbers")
def linear_list(T, first=1e-4, last=0.02, dtype=None):
    if T < 2:
        raise ValueError("T is " + str(T))
    share = [k / (T - 1) for k in range(T)]
    return torch.tensor([(1 - u) * first + u * last for u in share], dtype=dtype)


@alternative("diffusion.cosine_betas", "a list, f as a function, math.cos")
def cosine_list(T, s=0.008, dtype=None):
    def f(t):
        return math.cos((t / T + s) / (1 + s) * math.pi / 2) ** 2

    return torch.tensor([min(1 - f(t) / f(t - 1), 0.999) for t in range(1, T + 1)], dtype=dtype)


@alternative("diffusion.cosine_betas", "cos² by the half-angle formula, ᾱ first")
def cosine_half_angle(T, s=0.008, dtype=None):
    u = (torch.linspace(0, 1, T + 1, dtype=torch.float64) + s) / (1 + s)
    kept = 0.5 * (1 + torch.cos(math.pi * u))
    kept = kept / kept[0]
    lost = torch.minimum((kept[:-1] - kept[1:]) / kept[:-1], torch.tensor(0.999).double())
    return lost.to(torch.get_default_dtype() if dtype is None else dtype)


@alternative("diffusion.alpha_bars", "a loop over the steps")
def alpha_bars_loop(betas):
    kept = [torch.ones_like(betas[0])]
    for beta in betas:
        kept.append(kept[-1] * (1 - beta))
    return torch.stack(kept)


@alternative("diffusion.alpha_bars", "sums of logarithms")
def alpha_bars_logs(betas):
    logs = torch.nn.functional.pad(torch.log1p(-betas), (1, 0))
    return logs.cumsum(0).exp()


@alternative("diffusion.q_sample", "roots first, lerp nowhere, views by hand")
def q_sample_views(x0, t, eps, alpha_bars):
    shape = (len(x0),) + (1,) * (x0.ndim - 1)
    signal, noise = alpha_bars.sqrt()[t].view(shape), (1 - alpha_bars).sqrt()[t].view(shape)
    return signal * x0 + noise * eps


@alternative("diffusion.q_sample", "one example after the other")
def q_sample_loop(x0, t, eps, alpha_bars):
    rows = []
    for x, k, e in zip(x0, t, eps, strict=True):
        kept = torch.index_select(alpha_bars, 0, k.reshape(1))[0]
        rows.append(torch.sqrt(kept) * x + torch.sqrt(1 - kept) * e)
    return torch.stack(rows)


@alternative("diffusion.q_posterior", "the variance from the sum of the precisions' fractions")
def posterior_precisions(x0, xt, t, betas):
    bars = torch.cat([betas.new_ones(1), (1 - betas).cumprod(0)])
    alpha, before = 1 - betas[t - 1], bars[t - 1]
    # 1/variance = α/β + 1/(1 - ᾱ_{t-1}); both sides times (1 - ᾱ_{t-1}) β, for t = 1.
    variance = betas[t - 1] * (1 - before) / (alpha * (1 - before) + betas[t - 1])
    shape = [-1] + [1] * (x0.dim() - 1)
    of_xt = alpha.sqrt() * (1 - before) / (alpha * (1 - before) + betas[t - 1])
    of_x0 = before.sqrt() * betas[t - 1] / (alpha * (1 - before) + betas[t - 1])
    return of_xt.view(shape) * xt + of_x0.view(shape) * x0, variance


@alternative("diffusion.q_posterior", "the mean from x_0 and the noise that x_t shows")
def posterior_noise(x0, xt, t, betas):
    bars = alpha_bars(betas)
    now, before = bars[t], bars[t - 1]
    variance = betas[t - 1] * (1 - before) / (1 - now)
    noise = eps_from_x0(xt, t, x0, bars)
    left = (1 - before - variance).clamp(min=0).sqrt().reshape(-1, *[1] * (x0.dim() - 1))
    return at(bars.sqrt(), t - 1, x0) * x0 + left * noise, variance


@alternative("diffusion.x0_from_eps", "with 1/ᾱ, as many programs do")
def x0_reciprocal(xt, t, eps, alpha_bars):
    signal = at(torch.rsqrt(alpha_bars), t, xt)
    ratio = at((1 / alpha_bars - 1).sqrt(), t, xt)
    return signal * xt - ratio * eps


@alternative("diffusion.x0_from_eps", "one example after the other")
def x0_loop(xt, t, eps, alpha_bars):
    rows = []
    for x, kept, e in zip(xt, alpha_bars[t], eps, strict=True):
        rows.append((x - e * (1 - kept) ** 0.5) / kept**0.5)
    return torch.stack(rows)


@alternative("diffusion.eps_from_x0", "a reciprocal root, views by hand")
def eps_reciprocal(xt, t, x0, alpha_bars):
    shape = [-1] + [1] * (xt.dim() - 1)
    kept = alpha_bars[t].view(shape)
    return torch.rsqrt(1 - kept) * (xt - torch.sqrt(kept) * x0)


@alternative("diffusion.eps_from_x0", "one example after the other")
def eps_loop(xt, t, x0, alpha_bars):
    rows = [
        (x - b**0.5 * clean) / (1 - b) ** 0.5
        for x, clean, b in zip(xt, x0, alpha_bars[t], strict=True)
    ]
    return torch.stack(rows)


@alternative("diffusion.score_from_eps", "a reciprocal root")
def score_reciprocal(eps, t, alpha_bars):
    return eps * -at(torch.rsqrt(1 - alpha_bars), t, eps)


@alternative("diffusion.score_from_eps", "transposed, so that the batch is last")
def score_transposed(eps, t, alpha_bars):
    return (eps.movedim(0, -1) / -torch.sqrt(1 - alpha_bars[t])).movedim(-1, 0)


@alternative("diffusion.ddpm_loss", "torch's mean squared error")
def loss_mse(model, x0, t, eps, alpha_bars):
    guess = model(q_sample(x0, t, eps, alpha_bars), t)
    return torch.nn.functional.mse_loss(guess, eps)


@alternative("diffusion.ddpm_loss", "x_t written out, means in two steps")
def loss_written_out(model, x0, t, eps, alpha_bars):
    kept = alpha_bars[t].reshape(len(x0), *[1] * (x0.dim() - 1))
    gap = model(kept**0.5 * x0 + (1 - kept) ** 0.5 * eps, t) - eps
    return (gap * gap).flatten(1).mean(1).mean()


@alternative("diffusion.p_step", "the paper's mean, without x̂_0")
def p_step_paper(model, xt, t, betas, noise, x0_variance=0.0):
    bars = alpha_bars(betas)
    beta, now, before = at(betas, t - 1, xt), at(bars, t, xt), at(bars, t - 1, xt)
    mean = (xt - beta / (1 - now).sqrt() * model(xt, t)) / (1 - beta).sqrt()
    variance = beta * (1 - before) / (1 - now)
    variance = variance + before * beta**2 / (1 - now) ** 2 * x0_variance
    return mean + variance.sqrt() * noise


@alternative("diffusion.p_step", "the factor of x_0 read off q_posterior")
def p_step_probe(model, xt, t, betas, noise, x0_variance=0.0):
    guess = x0_from_eps(xt, t, model(xt, t), alpha_bars(betas))
    mean, variance = q_posterior(guess, xt, t, betas)
    factor = q_posterior(torch.ones_like(xt), torch.zeros_like(xt), t, betas)[0]
    shape = (len(xt),) + (1,) * (xt.dim() - 1)
    return mean + torch.sqrt(variance.view(shape) + factor**2 * x0_variance) * noise


@alternative("diffusion.vlb_terms", "torch.distributions for every term")
def vlb_distributions(model, x0, eps, betas, x0_variance):
    Normal, kl = torch.distributions.Normal, torch.distributions.kl_divergence
    bars, terms = alpha_bars(betas), []
    for k in range(len(betas), 0, -1):
        t = torch.full((len(x0),), k, dtype=torch.int64, device=x0.device)
        xt = q_sample(x0, t, eps[k - 1], bars)
        mean, own = q_posterior(x0, xt, t, betas)
        guess = x0_from_eps(xt, t, model(xt, t), bars)
        middle = q_posterior(guess, xt, t, betas)[0]
        factor = bars[k - 1] * betas[k - 1] ** 2 / (1 - bars[k]) ** 2
        p = Normal(middle, (own[0] + factor * x0_variance[k - 1]).sqrt())
        term = -p.log_prob(x0) if k == 1 else kl(Normal(mean, own[0].sqrt()), p)
        terms.insert(0, term.flatten(1).sum(1))
    q = Normal(bars[-1].sqrt() * x0, (1 - bars[-1]).sqrt())
    end = kl(q, Normal(torch.zeros_like(x0), torch.ones_like(x0)))
    return torch.stack([*terms, end.flatten(1).sum(1)])


@alternative("diffusion.vlb_terms", "one call of the model for each step, formulas written out")
def vlb_written_out(model, x0, eps, betas, x0_variance):
    bars = torch.cat([betas.new_ones(1), (1 - betas).cumprod(0)])
    rows, n_dims = [], math.prod(x0.shape[1:])
    for i, beta in enumerate(betas):
        now, before = bars[i + 1], bars[i]
        t = torch.zeros(len(x0), dtype=torch.int64, device=x0.device) + i + 1
        xt = now.sqrt() * x0 + (1 - now).sqrt() * eps[i]
        # x̂_0 − x_0 is the error of the noise, scaled.
        away = (1 - now) / now * (model(xt, t) - eps[i]).flatten(1).pow(2).sum(1)
        c2 = before * (beta / (1 - now)) ** 2
        own = beta * (1 - before) / (1 - now)
        variance = own + c2 * x0_variance[i]
        if i == 0:
            row = 0.5 * (n_dims * torch.log(2 * math.pi * variance) + away / variance)
        else:
            row = 0.5 * (n_dims * (torch.log(variance / own) - 1 + own / variance))
            row = row + 0.5 * c2 * away / variance
        rows.append(row)
    left = bars[-1]
    end = 0.5 * (left * x0**2 - left - torch.log1p(-left))
    return torch.stack([*rows, end.flatten(1).sum(1)])


@alternative("diffusion.ddim_step", "the two roots as square sides of a triangle")
def ddim_triangle(model, xt, t, s, alpha_bars, eta, noise):
    eps = model(xt, t)
    now, then = at(alpha_bars, t, xt), at(alpha_bars, s, xt)
    sigma = eta * torch.sqrt((1 - then) / (1 - now)) * torch.sqrt(1 - now / then)
    guess = (xt - torch.sqrt(1 - now) * eps) / torch.sqrt(now)
    direction = torch.sqrt(torch.relu(1 - then - sigma**2)) * eps
    return torch.sqrt(then) * guess + direction + sigma * noise


@alternative("diffusion.ddim_step", "the jump as q_sample with mixed noise")
def ddim_mixed(model, xt, t, s, alpha_bars, eta, noise):
    eps = model(xt, t)
    now, then = alpha_bars[t], alpha_bars[s]
    # The share of new noise in the variance 1 - ᾱ_s.
    share = (eta**2 * (1 - now / then) / (1 - now)).reshape(-1, *[1] * (xt.dim() - 1))
    mixed = (1 - share).clamp(min=0).sqrt() * eps + share.sqrt() * noise
    return q_sample(x0_from_eps(xt, t, eps, alpha_bars), s, mixed, alpha_bars)


@alternative("diffusion.guided_eps", "torch.lerp")
def guided_lerp(eps_cond, eps_uncond, weight):
    return torch.lerp(eps_uncond, eps_cond, weight)


@alternative("diffusion.guided_eps", "the paper's form")
def guided_paper(eps_cond, eps_uncond, weight):
    w = weight - 1
    return (1 + w) * eps_cond - w * eps_uncond


@alternative("diffusion.dsm_loss", "with σ² and the distance from the clean data")
def dsm_distance(score, x, sigma, noise):
    moved = x + sigma * noise
    target = (x - moved) / sigma**2
    return ((score(moved) - target) ** 2).sum() / (2 * x.shape[0])


@alternative("diffusion.dsm_loss", "lengths by vector_norm")
def dsm_norm(score, x, sigma, noise):
    gap = (sigma * score(x + noise * sigma) + noise) / sigma
    lengths = torch.linalg.vector_norm(gap.reshape(len(x), -1), dim=1)
    return (lengths**2 / 2).mean()


@alternative("diffusion.langevin_step", "half a step twice, torch.addcmul nowhere")
def langevin_written_out(score, x, step, noise):
    uphill = score(x)
    return x + step * uphill / 2 + step**0.5 * noise


@alternative("diffusion.langevin_step", "as a draw with mean and deviation")
def langevin_draw(score, x, step, noise):
    mean = torch.add(x, score(x), alpha=step / 2)
    return torch.add(mean, noise, alpha=math.sqrt(step))


@alternative("diffusion.probability_flow_drift", "f − ½ g² score")
def drift_f_g(score, x, t, beta_min=0.1, beta_max=20.0):
    beta = torch.lerp(torch.full_like(t, beta_min), torch.full_like(t, beta_max), t)
    beta = beta.view(len(t), *[1] * (x.dim() - 1))
    f, g = -beta * x / 2, beta.sqrt()
    return f - 0.5 * g**2 * score(x, t)


@alternative("diffusion.probability_flow_drift", "transposed, so that the batch is last")
def drift_transposed(score, x, t, beta_min=0.1, beta_max=20.0):
    beta = (1 - t) * beta_min + t * beta_max
    both = (x + score(x, t)).movedim(0, -1)
    return (-beta / 2 * both).movedim(-1, 0)
