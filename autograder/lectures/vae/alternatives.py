"""Other right implementations of lecture 5. Each has to get full points."""
# The bodies are put into the lecture's module, where their names exist.

from autograder.authoring.audit import alternative


@alternative("vae.responsibilities", "inverse and log-determinant, joint minus log-sum-exp")
def responsibilities_inverse(x, weights, means, covs):
    away = x.unsqueeze(1) - means.unsqueeze(0)
    quadratic = torch.einsum("nki,kij,nkj->nk", away, torch.linalg.inv(covs), away)
    log_joint = torch.log(weights) - 0.5 * torch.logdet(covs) - 0.5 * quadratic
    return torch.exp(log_joint - log_joint.logsumexp(dim=1, keepdim=True))


@alternative("vae.responsibilities", "torch.distributions, one part after the other")
def responsibilities_distributions(x, weights, means, covs):
    columns = []
    for w, m, C in zip(weights, means, covs, strict=True):
        normal = torch.distributions.MultivariateNormal(m, covariance_matrix=C)
        columns.append(normal.log_prob(x) + w.log())
    return torch.stack(columns, dim=-1).softmax(dim=-1)


@alternative("vae.em_step", "loop over the parts, weighted sums written out")
def em_step_loop(x, weights, means, covs):
    r = responsibilities(x, weights, means, covs)
    new_weights, new_means, new_covs = [], [], []
    for k in range(len(weights)):
        share = r[:, k] / r[:, k].sum()
        mean = share @ x
        new_weights.append(r[:, k].mean())
        new_means.append(mean)
        new_covs.append((x - mean).T @ ((x - mean) * share[:, None]))
    return torch.stack(new_weights), torch.stack(new_means), torch.stack(new_covs)


@alternative("vae.em_step", "root responsibilities, batched matrix products")
def em_step_roots(x, weights, means, covs):
    r = responsibilities(x, weights, means, covs)
    total = r.sum(dim=0)
    new_means = torch.einsum("nk,nd->kd", r, x) / total.unsqueeze(1)
    away = (x.unsqueeze(0) - new_means.unsqueeze(1)) * r.T.sqrt().unsqueeze(2)  # (k, n, d)
    return r.mean(0), new_means, away.transpose(1, 2) @ away / total.view(-1, 1, 1)


@alternative("vae.pca", "eigenvectors of the covariance matrix")
def pca_eigh(x, k):
    mean = x.mean(dim=0)
    values, vectors = torch.linalg.eigh((x - mean).T @ (x - mean) / x.shape[0])
    return mean, vectors.flip(1)[:, :k].T, values.flip(0)[:k]


@alternative("vae.pca", "variances measured along the singular directions, signs turned")
def pca_measured(x, k):
    mean = x.mean(0, keepdim=True)
    directions = -torch.linalg.svd((x - mean) / math.sqrt(len(x)), full_matrices=False).Vh[:k]
    return mean[0], directions, ((x - mean) @ directions.T).square().mean(0)


@alternative("vae.gaussian_kl", "the paper's form with its sign turned")
def kl_paper(mu, logvar):
    return -0.5 * torch.sum(1 + logvar - mu**2 - torch.exp(logvar), dim=-1)


@alternative("vae.gaussian_kl", "torch.distributions, which takes the logarithm of a variance")
def kl_distributions(mu, logvar):
    q = torch.distributions.Normal(mu, (0.5 * logvar).exp())
    p = torch.distributions.Normal(torch.zeros_like(mu), torch.ones_like(mu))
    return torch.distributions.kl_divergence(q, p).sum(-1)


@alternative("vae.gaussian_kl", "a sum over the coordinates, expm1 for small log-variances")
def kl_loop(mu, logvar):
    total = torch.zeros_like(mu[:, 0])
    for m, v in zip(mu.unbind(1), logvar.unbind(1), strict=True):
        total = total + (m * m + torch.expm1(v) - v) / 2
    return total


@alternative("vae.reparameterize", "the square root of the variance, addcmul")
def z_addcmul(mu, logvar, eps):
    return torch.addcmul(mu, logvar.exp().sqrt(), eps)


@alternative("vae.reparameterize", "an affine transform of torch.distributions")
def z_affine(mu, logvar, eps):
    sigma = torch.exp(logvar / 2)
    return torch.distributions.AffineTransform(loc=mu, scale=sigma)(eps)


@alternative("vae.elbo", "the KL written out")
def elbo_written_out(log_px_z, mu, logvar):
    return log_px_z + 0.5 * (1 + logvar - mu**2 - logvar.exp()).sum(-1)


@alternative("vae.elbo", "torch.distributions' divergence")
def elbo_distributions(log_px_z, mu, logvar):
    q = torch.distributions.Normal(mu, (logvar / 2).exp())
    prior = torch.distributions.Normal(torch.zeros_like(mu), torch.ones_like(mu))
    return log_px_z - torch.distributions.kl_divergence(q, prior).sum(dim=-1)


@alternative("vae.iwae_bound", "the largest weight is taken out by hand")
def iwae_shifted(log_weights):
    largest = log_weights.max(dim=0).values
    return largest + (log_weights - largest).exp().mean(dim=0).log()


@alternative("vae.iwae_bound", "log K goes into the weights, one draw after the other")
def iwae_logaddexp(log_weights):
    shares = log_weights - math.log(log_weights.shape[0])
    total = shares[0]
    for row in shares[1:]:
        total = torch.logaddexp(total, row)
    return total


@alternative("vae.VAE.elbo", "everything written out")
def vae_elbo_written_out(self, x, eps):
    mu, logvar = self.encode(x)
    z = mu + (logvar / 2).exp() * eps
    reconstruction = self.log_likelihood(x, z)
    kl = (0.5 * (mu**2 + logvar.exp() - 1 - logvar)).sum(dim=1)
    return reconstruction - kl, reconstruction, kl


@alternative("vae.VAE.elbo", "the bound from the two terms")
def vae_elbo_terms(self, x, eps):
    q = self.encode(x)
    log_px_z, kl = self.log_likelihood(x, self.draw_posterior(x, eps)), gaussian_kl(*q)
    return log_px_z.sub(kl), log_px_z, kl


@alternative("vae.VAE.log_weights", "three densities by torch.distributions")
def log_weights_distributions(self, x, eps, y=None):
    mu, logvar = self.encode(x, y)
    q = torch.distributions.Normal(mu, (0.5 * logvar).exp())
    z = mu + q.stddev * eps
    prior = torch.distributions.Normal(torch.zeros_like(mu), torch.ones_like(mu))
    log_ratio = prior.log_prob(z) - q.log_prob(z)
    return self.log_likelihood(x, z, y) + log_ratio.sum(-1)


@alternative("vae.VAE.log_weights", "one draw after the other, normalisers included")
def log_weights_loop(self, x, eps, y=None):
    mu, logvar = self.encode(x, y)
    rows = []
    for noise in eps:
        z = reparameterize(mu, logvar, noise)
        log_p = -0.5 * (z**2 + math.log(2 * math.pi)).sum(1)
        log_q = -0.5 * ((z - mu) ** 2 / logvar.exp() + logvar + math.log(2 * math.pi)).sum(1)
        rows.append(self.log_likelihood(x, z, y) + log_p - log_q)
    return torch.stack(rows)


@alternative("vae.VAE.conditional_elbo", "through the function elbo")
def conditional_through_elbo(self, x, y, eps):
    mu, logvar = self.encode(x, y)
    reconstruction = self.log_likelihood(x, mu + eps * torch.exp(logvar / 2), y)
    return elbo(reconstruction, mu, logvar), reconstruction, gaussian_kl(mu, logvar)


@alternative("vae.VAE.conditional_elbo", "one class after the other")
def conditional_by_class(self, x, y, eps):
    rows = torch.empty(3, len(x), dtype=x.dtype, device=x.device)
    for k in range(self.n_classes):
        own = (y == k).nonzero()[:, 0]
        mu, logvar = self.encode(x[own], y[own])
        rows[1, own] = self.log_likelihood(x[own], reparameterize(mu, logvar, eps[own]), y[own])
        rows[2, own] = gaussian_kl(mu, logvar)
    return rows[1] - rows[2], rows[1], rows[2]


@alternative("vae.interpolate", "torch.lerp")
def interpolate_lerp(z0, z1, n):
    if n < 2:
        raise ValueError(f"at least two points are needed, not {n}")
    t = torch.arange(n, device=z0.device).to(z0) / (n - 1)
    return torch.lerp(z0[None], z1[None], t[:, None])


@alternative("vae.interpolate", "a list of points")
def interpolate_list(z0, z1, n):
    if n <= 1:
        raise ValueError(f"{n} points make no line")
    return torch.stack([z0 + (z1 - z0) * (k / (n - 1)) for k in range(n)])


@alternative("vae.attribute_direction", "boolean indexing")
def direction_indexing(z, has_attribute):
    return z[has_attribute].mean(dim=0) - z[~has_attribute].mean(dim=0)


@alternative("vae.attribute_direction", "regression on the attribute: covariance over variance")
def direction_regression(z, has_attribute):
    h = has_attribute.to(z) - has_attribute.to(z).mean()
    return h @ (z - z.mean(0)) / (h @ h)
