"""Wrong mixtures and wrong subspaces."""

import torch

from autograder.authoring.audit import edit, mutant

R = "vae.responsibilities"
edit(R, "no weights", old="weights.log() - half", new="-half", expect="weights w_k are missing")
edit(R, "no determinant", old=" - half_log_det", new="", expect="determinant of C_k is missing")
edit(
    R,
    "the determinant, not its root",
    old="- half_log_det",
    new="- 2 * half_log_det",
    expect="counts whole",
)
edit(
    R,
    "the determinant with the wrong sign",
    old="- half_log_det",
    new="+ half_log_det",
    expect="5.1b",
)
edit(R, "½ is lost", old="0.5 * white", new="white", expect="½ is missing")
edit(
    R,
    "softmax over the points",
    old="softmax(log_joint, dim=1)",
    new="softmax(log_joint, dim=0)",
    expect="each column sums to 1",
)
edit(
    R,
    "not normalised",
    old="torch.softmax(log_joint, dim=1)",
    new="log_joint.exp() / math.sqrt(2 * math.pi)",
    expect="not divided by their sums",
)
edit(
    R,
    "the Cholesky factor the wrong way round",
    old="torch.linalg.solve_triangular(L, away.transpose(1, 2), upper=False)",
    new="torch.linalg.solve_triangular(L.mT, away.transpose(1, 2), upper=True)",
    expect="5.1b",
)
edit(
    R,
    "the factor multiplies",
    old="torch.linalg.solve_triangular(L, away.transpose(1, 2), upper=False)",
    new="L.mT @ away.transpose(1, 2)",
    expect="multiplies where its inverse",
)


@mutant(R, "densities that underflow", expect="far away")
def responsibilities_densities(x, weights, means, covs):
    away = x[:, None, :] - means
    quadratic = torch.einsum("nki,kij,nkj->nk", away, torch.linalg.inv(covs), away)
    joint = weights * torch.exp(-0.5 * quadratic) / torch.linalg.det(covs).sqrt()
    return joint / joint.sum(1, keepdim=True)


@mutant(R, "only the variances are used", expect="only the diagonals")
def responsibilities_diagonal(x, weights, means, covs):
    variances = covs.diagonal(dim1=1, dim2=2)
    square = ((x[:, None, :] - means) ** 2 / variances).sum(-1)
    return torch.softmax(weights.log() - 0.5 * (square + variances.log().sum(-1)), dim=1)


@mutant(R, "the likeliest part gets everything", expect="5.1b")
def responsibilities_hard(x, weights, means, covs):
    away = x[:, None, :] - means
    quadratic = torch.einsum("nki,kij,nkj->nk", away, torch.linalg.inv(covs), away)
    joint = weights.log() - 0.5 * (quadratic + torch.logdet(covs))
    return (joint == joint.max(1, keepdim=True).values).to(x)


EM = "vae.em_step"
edit(
    EM,
    "covariances around the old means",
    old="x[:, None, :] - new_means",
    new="x[:, None, :] - means",
    expect="old mean",
)
edit(
    EM,
    "covariances with N_k − 1",
    old="away, away) / count[:, None, None]",
    new="away, away) / (count - 1)[:, None, None]",
    expect="N − 1 below",
)
edit(EM, "counts for weights", old="count / len(x)", new="count", expect="not divided by N")
edit(EM, "the old weights", old="count / len(x)", new="weights", expect="the old weights")
edit(
    EM,
    "equal weights",
    old="count / len(x)",
    new="torch.full_like(count, 1 / len(count))",
    expect="counted equally",
)
edit(
    EM,
    "means divided by N",
    old="(r.T @ x) / count[:, None]",
    new="(r.T @ x) / len(x)",
    expect="divided by N instead of N_k",
)
edit(
    EM,
    "the means do not move",
    old="(r.T @ x) / count[:, None]",
    new="means",
    expect="mean",
)
edit(
    EM,
    "covariances not divided",
    old="away, away) / count[:, None, None]",
    new="away, away)",
    expect="not divided by N_k",
)
edit(
    EM,
    "the covariances do not move",
    old="return count / len(x), new_means, new_covs",
    new="return count / len(x), new_means, covs + 0 * new_covs",
    expect="5.2a",
)


@mutant(EM, "hard assignments, as in k-means", expect="5.2b")
def em_step_hard(x, weights, means, covs):
    r = responsibilities(x, weights, means, covs)
    r = (r == r.max(1, keepdim=True).values).to(x)
    count = r.sum(0) + 1e-9
    new_means = (r.T @ x) / count[:, None]
    away = x[:, None, :] - new_means
    return (
        count / len(x),
        new_means,
        torch.einsum("nk,nki,nkj->kij", r, away, away) / count[:, None, None],
    )


@mutant(EM, "diagonal covariances", expect="only the diagonal")
def em_step_diagonal(x, weights, means, covs):
    r = responsibilities(x, weights, means, covs)
    count = r.sum(0)
    new_means = (r.T @ x) / count[:, None]
    away = x[:, None, :] - new_means
    variances = (r[:, :, None] * away**2).sum(0) / count[:, None]
    return count / len(x), new_means, torch.diag_embed(variances)


PCA = "vae.pca"
edit(PCA, "the mean is not subtracted", old="svd(x - mean,", new="svd(x,", expect="5.3")
edit(PCA, "N − 1 below", old="/ len(x)", new="/ (len(x) - 1)", expect="N − 1 below")
edit(
    PCA,
    "standard deviations",
    old=".square() / len(x)",
    new=" / len(x) ** 0.5",
    expect="deviations",
)
edit(PCA, "singular values", old=".square() / len(x)", new="", expect="5.3b")
edit(
    PCA,
    "the smallest directions",
    old="V[:k], S[:k]",
    new="V.flip(0)[:k], S.flip(0)[:k]",
    expect="smallest first",
)
edit(PCA, "columns for rows", old="V[:k],", new="V.T[:k],", expect="5.3")
edit(PCA, "all directions", old="V[:k],", new="V,", expect="promised")
edit(
    PCA,
    "directions stretched by their widths",
    old="V[:k],",
    new="V[:k] * S[:k, None],",
    expect="5.3",
)


@mutant(PCA, "eigenvalues as they come, smallest first", expect="smallest first")
def pca_ascending(x, k):
    away = x - x.mean(0)
    values, vectors = torch.linalg.eigh(away.T @ away / len(x))
    return x.mean(0), vectors.T[:k], values[:k]


@mutant(PCA, "each axis is scaled to variance one first", expect="5.3")
def pca_standardised(x, k):
    away = (x - x.mean(0)) / x.std(0)
    _, S, V = torch.linalg.svd(away, full_matrices=False)
    return x.mean(0), V[:k], S[:k].square() / len(x)
