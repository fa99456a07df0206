"""Wrong mixtures and wrong subspaces."""

import torch

from autograder.authoring.audit import edits, mutant

R = "vae.responsibilities"
edits(R, "weights.log() - half", ("no weights", "-half", "weights w_k are missing"))
edits(R, " - half_log_det", ("no determinant", "", "determinant of C_k is missing"))
edits(
    R,
    "- half_log_det",
    ("the determinant, not its root", "- 2 * half_log_det", "counts whole"),
    ("the determinant with the wrong sign", "+ half_log_det", "5.1b"),
)
edits(R, "0.5 * white", ("½ is lost", "white", "½ is missing"))
edits(
    R,
    "softmax(log_joint, dim=1)",
    ("softmax over the points", "softmax(log_joint, dim=0)", "each column sums to 1"),
)
edits(
    R,
    "torch.softmax(log_joint, dim=1)",
    ("not normalised", "log_joint.exp() / math.sqrt(2 * math.pi)", "not divided by their sums"),
)
edits(
    R,
    "torch.linalg.solve_triangular(L, away.transpose(1, 2), upper=False)",
    (
        "the Cholesky factor the wrong way round",
        "torch.linalg.solve_triangular(L.mT, away.transpose(1, 2), upper=True)",
        "5.1b",
    ),
    ("the factor multiplies", "L.mT @ away.transpose(1, 2)", "multiplies where its inverse"),
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
edits(
    EM,
    "x[:, None, :] - new_means",
    ("covariances around the old means", "x[:, None, :] - means", "old mean"),
)
edits(
    EM,
    "away, away) / count[:, None, None]",
    ("covariances with N_k − 1", "away, away) / (count - 1)[:, None, None]", "N − 1 below"),
    ("covariances not divided", "away, away)", "not divided by N_k"),
)
edits(
    EM,
    "count / len(x)",
    ("counts for weights", "count", "not divided by N"),
    ("the old weights", "weights", "the old weights"),
    ("equal weights", "torch.full_like(count, 1 / len(count))", "counted equally"),
)
edits(
    EM,
    "(r.T @ x) / count[:, None]",
    ("means divided by N", "(r.T @ x) / len(x)", "divided by N instead of N_k"),
    ("the means do not move", "means", "mean"),
)
edits(
    EM,
    "return count / len(x), new_means, new_covs",
    (
        "the covariances do not move",
        "return count / len(x), new_means, covs + 0 * new_covs",
        "5.2a",
    ),
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
edits(PCA, "svd(x - mean,", ("the mean is not subtracted", "svd(x,", "5.3"))
edits(PCA, "/ len(x)", ("N − 1 below", "/ (len(x) - 1)", "N − 1 below"))
edits(
    PCA,
    ".square() / len(x)",
    ("standard deviations", " / len(x) ** 0.5", "deviations"),
    ("singular values", "", "5.3b"),
)
edits(
    PCA,
    "V[:k], S[:k]",
    ("the smallest directions", "V.flip(0)[:k], S.flip(0)[:k]", "smallest first"),
)
edits(
    PCA,
    "V[:k],",
    ("columns for rows", "V.T[:k],", "5.3"),
    ("all directions", "V,", "promised"),
    ("directions stretched by their widths", "V[:k] * S[:k, None],", "5.3"),
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
