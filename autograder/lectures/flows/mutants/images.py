"""Wrong 1×1 convolutions, wrong dequantisation."""

import torch

from autograder.authoring.audit import edit, mutant

C = "flows.invertible_1x1"
edit(C, "W transposed", old='"oc,', new='"co,', expect="W is transposed")
edit(C, "one place", old="x.shape[2] * x.shape[3] * ", new="", expect="one place is counted")
edit(
    C,
    "the rows",
    old="x.shape[2] * x.shape[3] *",
    new="x.shape[2] *",
    expect="the rows are counted",
)
edit(
    C,
    "the columns",
    old="x.shape[2] * x.shape[3] *",
    new="x.shape[3] *",
    expect="the columns are counted",
)
edit(
    C,
    "the channels, too",
    old="x.shape[2] * x",
    new="x.shape[1] * x.shape[2] * x",
    expect="channels are counted",
)
edit(
    C,
    "the images, too",
    old="x.shape[2] * x",
    new="len(x) * x.shape[2] * x",
    expect="images of the batch",
)
edit(C, "the sign", old="log_det = x", new="log_det = -x", expect="the sign")
edit(
    C,
    "logdet of a negative",
    old="torch.linalg.slogdet(W).logabsdet",
    new="torch.logdet(W)",
    expect="negative determinant",
)
edit(
    C,
    "no logarithm",
    old="torch.linalg.slogdet(W).logabsdet",
    new="torch.det(W).abs()",
    expect="not its logarithm",
)
edit(
    C,
    "the trace",
    old="torch.linalg.slogdet(W).logabsdet",
    new="W.diagonal().abs().log().sum()",
    expect="8.8",
)
edit(
    C,
    "the sign of the determinant",
    old="torch.linalg.slogdet(W).logabsdet",
    new="torch.linalg.slogdet(W).sign",
    expect="8.8",
)
edit(C, "W⁻¹", old="W, x)", new="torch.linalg.inv(W), x)", expect="8.8a")


@mutant(C, "channels last", expect="8.8")
def channels_last(x, W):
    y = (x.transpose(1, 3) @ W).transpose(1, 3)
    log_det = x.shape[2] * x.shape[3] * torch.linalg.slogdet(W).logabsdet
    return y, log_det.expand(len(x))


Q = "flows.dequantize"
edit(Q, "levels − 1", old="/ levels", new="/ (levels - 1)", expect="divided by levels − 1")
edit(
    Q,
    "noise after",
    old="(x.to(noise) + noise) / levels",
    new="x.to(noise) / levels + noise",
    expect="after the division",
)
edit(Q, "centred", old="+ noise)", new="+ noise - 0.5)", expect="the noise is centred")
edit(Q, "no noise", old="(x.to(noise) + noise)", new="x.to(noise)", expect="no noise")
edit(Q, "not divided", old=" / levels", new="", expect="not divided")
edit(Q, "subtracted", old="+ noise", new="- noise", expect="is subtracted")
edit(Q, "half the noise", old="+ noise", new="+ 0.5 * noise", expect="8.9")
edit(Q, "rounded", old="+ noise)", new="+ noise).floor()", expect="no noise")
edit(Q, "noise of its own", old="+ noise", new="+ torch.rand_like(noise)", expect="8.9")
edit(Q, "the noise's dtype is lost", old="x.to(noise)", new="x.double()", expect="8.9a")
