"""Wrong mixtures and wrong subspaces."""

from autograder.authoring.audit import edits, mutant

R = "vae.responsibilities"
edits(
    R,
    ("no weights", "weights.log() - half", "-half", "weights w_k are missing"),
    ("no determinant", " - half_log_det", "", "determinant of C_k is missing"),
    ("the determinant, not its root", "- half_log_det", "- 2 * half_log_det", "counts whole"),
    ("the determinant with the wrong sign", "- half_log_det", "+ half_log_det", "5.1b"),
    ("½ is lost", "0.5 * white", "white", "½ is missing"),
    ("softmax over the points", "log_joint, dim=1", "log_joint, dim=0", "each column sums to 1"),
    "torch.softmax(log_joint, dim=1)",
    ("not normalised", "log_joint.exp() / math.sqrt(2 * math.pi)", "not divided by their sums"),
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


edits(
    "vae.em_step",
    ("covariances around the old means", "- new_means", "- means", "old mean"),
    ("covariances with N_k − 1", "away, away) / count", "away, away) / (count - 1)", "N − 1 below"),
    ("covariances not divided", " / count[:, None, None]", "", "not divided by N_k"),
    ("counts for weights", "count / len(x)", "count", "not divided by N"),
    ("the old weights", "count / len(x)", "weights", "the old weights"),
    ("equal weights", "count / len(x", "torch.full_like(count, 1 / len(count)", "counted equally"),
    ("means divided by N", "/ count[:, None]", "/ len(x)", "divided by N instead of N_k"),
    ("the means do not move", "(r.T @ x) / count[:, None]", "means", "mean"),
    ("the covariances do not move", "len(x), new_means,", "len(x), new_means, covs + 0 *", "5.2a"),
    (
        "hard assignments, as in k-means",
        "count = r.sum(0)",
        "r = (r == r.max(1, keepdim=True).values).to(x)\n    count = r.sum(0) + 1e-9",
        "5.2b",
    ),
    ("diagonal covariances", ", new_covs", ", new_covs.tril().triu()", "only the diagonal"),
)
PCA = "vae.pca"
edits(
    PCA,
    ("the mean is not subtracted", "svd(x - mean,", "svd(x,", "5.3"),
    ("N − 1 below", "/ len(x)", "/ (len(x) - 1)", "N − 1 below"),
    ("standard deviations", ".square() / len(x)", " / len(x) ** 0.5", "deviations"),
    ("singular values", ".square() / len(x)", "", "5.3b"),
    ("the smallest directions", "V[:k], S[:k]", "V.flip(0)[:k], S.flip(0)[:k]", "smallest first"),
    ("columns for rows", "V[:k],", "V.T[:k],", "5.3"),
    ("all directions", "V[:k],", "V,", "; expected"),
    ("directions stretched by their widths", "V[:k],", "V[:k] * S[:k, None],", "5.3"),
    ("each axis is scaled to variance one first", "x - mean,", "(x - mean) / x.std(0),", "5.3"),
)


@mutant(PCA, "eigenvalues as they come, smallest first", expect="smallest first")
def pca_ascending(x, k):
    away = x - x.mean(0)
    values, vectors = torch.linalg.eigh(away.T @ away / len(x))
    return x.mean(0), vectors.T[:k], values[:k]


edits(R, ("weights kept above 1e-8", "weights.log()", "weights.clamp(min=1e-8).log()", "5.1c"))
edits(
    "vae.em_step",
    ("counts with a small number", "count = r.sum(0)", "count = r.sum(0) + 1e-6", "5.2"),
)
