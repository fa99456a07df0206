"""Wrong 1×1 convolutions, wrong dequantisation."""

from autograder.authoring.audit import edits, mutant

C = "flows.invertible_1x1"
edits(
    C,
    ("W transposed", '"oc,', '"co,', "W is transposed"),
    ("one place", "x.shape[2] * x.shape[3] * ", "", "one place is counted"),
    ("the rows", "x.shape[2] * x.shape[3] *", "x.shape[2] *", "the rows are counted"),
    ("the columns", "x.shape[2] * x.shape[3] *", "x.shape[3] *", "the columns are counted"),
    ("the channels, too", "x.shape[2] * x", "x.shape[1] * x.shape[2] * x", "channels are counted"),
    ("the images, too", "x.shape[2] * x", "len(x) * x.shape[2] * x", "images of the batch"),
    ("the sign", "log_det = x", "log_det = -x", "the sign"),
    ("the sign of the determinant", "(W).logabsdet", "(W).sign", "8.8"),
    ("W⁻¹", "W, x)", "torch.linalg.inv(W), x)", "8.8a"),
    ("logdet of a negative", ".linalg.slogdet(W).logabsdet", ".logdet(W)", "negative determinant"),
    ("no logarithm", ".linalg.slogdet(W).logabsdet", ".det(W).abs()", "not its logarithm"),
    ("the determinant first", ".linalg.slogdet(W).logabsdet", ".det(W).abs().log()", "8.8c"),
    ("the trace", "torch.linalg.slogdet(W).logabsdet", "W.diagonal().abs().log().sum()", "8.8"),
)


@mutant(C, "channels last", expect="8.8")
def channels_last(x, W):
    y = (x.transpose(1, 3) @ W).transpose(1, 3)
    log_det = x.shape[2] * x.shape[3] * torch.linalg.slogdet(W).logabsdet
    return y, log_det.expand(len(x))


edits(
    "flows.dequantize",
    ("levels − 1", "/ levels", "/ (levels - 1)", "divided by levels − 1"),
    ("centred", "+ noise)", "+ noise - 0.5)", "the noise is centred"),
    ("rounded", "+ noise)", "+ noise).floor()", "no noise"),
    ("no noise", "(x.to(noise) + noise)", "x.to(noise)", "no noise"),
    ("not divided", " / levels", "", "not divided"),
    ("subtracted", "+ noise", "- noise", "is subtracted"),
    ("half the noise", "+ noise", "+ 0.5 * noise", "8.9"),
    ("noise of its own", "+ noise", "+ torch.rand_like(noise)", "global random state"),
    ("the noise's dtype is lost", "x.to(noise)", "x.double()", "8.9a"),
    "(x.to(noise) + noise) / levels",
    ("noise after", "x.to(noise) / levels + noise", "after the division"),
)
