"""Wrong logits and log-probabilities."""

import math

import torch
import torch.nn.functional as F

from autograder.authoring.audit import edit, mutant

LOGITS = "pixelcnn.PixelCNN.logits"
edit(
    LOGITS,
    "the levels are not scaled",
    old="h = self.scaled(x)",
    new="h = x",
    expect="x was not scaled",
)
edit(
    LOGITS,
    "no activation",
    old="torch.relu(layer(h))",
    new="layer(h)",
    expect="there is no relu between the layers",
)
edit(
    LOGITS,
    "a relu after the last layer",
    old="out = self.layers[-1](h)",
    new="out = torch.relu(self.layers[-1](h))",
    expect="a relu stands after the last layer",
)
edit(
    LOGITS,
    "probabilities, not logits",
    old=".transpose(1, 2)",
    new=".transpose(1, 2).softmax(1)",
    expect="probabilities were returned",
)
edit(LOGITS, "the colour before the level", old=".transpose(1, 2)", new="", expect="promised")
edit(
    LOGITS,
    "the channels are cut into levels first",
    old=".unflatten(1, (self.n_colors, self.levels)).transpose(1, 2)",
    new=".unflatten(1, (self.levels, self.n_colors))",
    expect="cut into levels first",
)
edit(
    LOGITS,
    "the first layer is left out",
    old="self.layers[:-1]",
    new="self.layers[1:-1]",
    expect="4.3",
)
edit(
    LOGITS,
    "a middle layer is left out",
    old="self.layers[:-1]",
    new="self.layers[:-2]",
    expect="4.3a",
)
edit(
    LOGITS,
    "tanh for relu",
    old="torch.relu(layer(h))",
    new="torch.tanh(layer(h))",
    expect="4.3a",
)
edit(
    LOGITS,
    "a residual connection lets the image through",
    old="        out = self.layers[-1](h)",
    new="        h = h + self.scaled(x).sum(1, keepdim=True)\n        out = self.layers[-1](h)",
    expect="its own input",
)


@mutant(LOGITS, "the masks are not used", expect="the masks are not used")
def logits_unmasked(self, x):
    h = self.scaled(x)
    for layer in self.layers[:-1]:
        h = torch.relu(F.conv2d(h, layer.weight, layer.bias, padding="same"))
    out = F.conv2d(h, self.layers[-1].weight, self.layers[-1].bias)
    return out.unflatten(1, (self.n_colors, self.levels)).transpose(1, 2)


LOG_PROB = "pixelcnn.log_prob"
edit(LOG_PROB, "the negative log-likelihood", old="return -F", new="return F", expect="the sign")
edit(
    LOG_PROB,
    "the mean over the values",
    old=".sum(dim=(1, 2, 3))",
    new=".mean(dim=(1, 2, 3))",
    expect="the mean over the values",
)
edit(
    LOG_PROB,
    "bits instead of nats",
    old=".sum(dim=(1, 2, 3))",
    new=".sum(dim=(1, 2, 3)) / math.log(2)",
    expect="bits, not nats",
)
edit(
    LOG_PROB,
    "bits per dimension",
    old=".sum(dim=(1, 2, 3))",
    new=".mean(dim=(1, 2, 3)) / math.log(2)",
    expect="bits per dimension",
)
edit(
    LOG_PROB,
    "only the first colour",
    old=".sum(dim=(1, 2, 3))",
    new="[:, 0].sum(dim=(1, 2))",
    expect="only the first colour",
)
edit(
    LOG_PROB,
    "one number for the batch",
    old='reduction="none").sum(dim=(1, 2, 3))',
    new='reduction="sum")',
    expect="promised",
)
edit(
    LOG_PROB,
    "the softmax is taken twice, once without its logarithm",
    old="F.cross_entropy(logits,",
    new="F.cross_entropy(logits.softmax(1),",
    expect="4.4",
)


@mutant(LOG_PROB, "no normalisation", expect="log_softmax is missing")
def log_prob_unnormalised(model, x, *condition):
    logits = model.logits(x, *condition)
    return logits.gather(1, x.long()[:, None]).sum(dim=(1, 2, 3, 4))


@mutant(LOG_PROB, "softmax over the colours", expect="over the colours")
def log_prob_colours(model, x, *condition):
    log_p = model.logits(x, *condition).log_softmax(2)
    return log_p.gather(1, x.long()[:, None]).sum(dim=(1, 2, 3, 4))


@mutant(LOG_PROB, "the logarithm of a rounded probability", expect="4.4c")
def log_prob_unstable(model, x, *condition):
    p = model.logits(x, *condition).softmax(1)
    return p.gather(1, x.long()[:, None]).log().sum(dim=(1, 2, 3, 4))


@mutant(LOG_PROB, "a small constant inside the logarithm", expect="4.4c")
def log_prob_epsilon(model, x, *condition):
    p = model.logits(x, *condition).softmax(1).gather(1, x.long()[:, None])
    return (p + 1e-9).log().sum(dim=(1, 2, 3, 4))


@mutant(LOG_PROB, "the likeliest level instead of the one that is there", expect="4.4")
def log_prob_of_the_mode(model, x, *condition):
    log_p = model.logits(x, *condition).log_softmax(1)
    return log_p.amax(1).sum(dim=(1, 2, 3)) * math.exp(0)
