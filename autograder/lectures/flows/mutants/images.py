"""Wrong 1×1 convolutions, wrong dequantisation."""

import torch

from autograder.authoring.audit import edits, mutant

C = "flows.invertible_1x1"
edits(C, '"oc,', ("W transposed", '"co,', "W is transposed"))
edits(C, "x.shape[2] * x.shape[3] * ", ("one place", "", "one place is counted"))
edits(
    C,
    "x.shape[2] * x.shape[3] *",
    ("the rows", "x.shape[2] *", "the rows are counted"),
    ("the columns", "x.shape[3] *", "the columns are counted"),
)
edits(
    C,
    "x.shape[2] * x",
    ("the channels, too", "x.shape[1] * x.shape[2] * x", "channels are counted"),
    ("the images, too", "len(x) * x.shape[2] * x", "images of the batch"),
)
edits(C, "log_det = x", ("the sign", "log_det = -x", "the sign"))
edits(
    C,
    "torch.linalg.slogdet(W).logabsdet",
    ("logdet of a negative", "torch.logdet(W)", "negative determinant"),
    ("no logarithm", "torch.det(W).abs()", "not its logarithm"),
    ("the trace", "W.diagonal().abs().log().sum()", "8.8"),
    ("the sign of the determinant", "torch.linalg.slogdet(W).sign", "8.8"),
)
edits(C, "W, x)", ("W⁻¹", "torch.linalg.inv(W), x)", "8.8a"))


@mutant(C, "channels last", expect="8.8")
def channels_last(x, W):
    y = (x.transpose(1, 3) @ W).transpose(1, 3)
    log_det = x.shape[2] * x.shape[3] * torch.linalg.slogdet(W).logabsdet
    return y, log_det.expand(len(x))


Q = "flows.dequantize"
edits(Q, "/ levels", ("levels − 1", "/ (levels - 1)", "divided by levels − 1"))
edits(
    Q,
    "(x.to(noise) + noise) / levels",
    ("noise after", "x.to(noise) / levels + noise", "after the division"),
)
edits(
    Q,
    "+ noise)",
    ("centred", "+ noise - 0.5)", "the noise is centred"),
    ("rounded", "+ noise).floor()", "no noise"),
)
edits(Q, "(x.to(noise) + noise)", ("no noise", "x.to(noise)", "no noise"))
edits(Q, " / levels", ("not divided", "", "not divided"))
edits(
    Q,
    "+ noise",
    ("subtracted", "- noise", "is subtracted"),
    ("half the noise", "+ 0.5 * noise", "8.9"),
    ("noise of its own", "+ torch.rand_like(noise)", "8.9"),
)
edits(Q, "x.to(noise)", ("the noise's dtype is lost", "x.double()", "8.9a"))
