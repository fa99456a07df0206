"""Wrong logits and log-probabilities."""

from autograder.authoring.audit import edits, mutant

LOGITS = "pixelcnn.PixelCNN.logits"
edits(
    LOGITS,
    ("the levels are not scaled", "h = self.scaled(x)", "h = x", "x was not scaled"),
    ("no activation", "torch.relu(layer(h))", "layer(h)", "there is no relu between the layers"),
    ("tanh for relu", "torch.relu(layer(h))", "torch.tanh(layer(h))", "4.3a"),
    (
        "a relu after the last layer",
        "out = self.layers[-1](h)",
        "out = torch.relu(self.layers[-1](h))",
        "a relu stands after the last layer",
    ),
    ("probabilities, not logits", "(1, 2)", "(1, 2).softmax(1)", "probabilities were returned"),
    ("the colour before the level", ".transpose(1, 2)", "", "; expected"),
    (
        "the channels are cut into levels first",
        ".unflatten(1, (self.n_colors, self.levels)).transpose(1, 2)",
        ".unflatten(1, (self.levels, self.n_colors))",
        "cut into levels first",
    ),
    ("the first layer is left out", "self.layers[:-1]", "self.layers[1:-1]", "raised RuntimeError"),
    ("a middle layer is left out", "self.layers[:-1]", "self.layers[:-2]", "4.3a"),
    (
        "a residual connection lets the image through",
        "        out = self.layers[-1](h)",
        "        h = h + self.scaled(x).sum(1, keepdim=True)\n        out = self.layers[-1](h)",
        "its own input",
    ),
)


@mutant(LOGITS, "the masks are not used", expect="the masks are not used")
def logits_unmasked(self, x):
    h = self.scaled(x)
    for layer in self.layers[:-1]:
        h = torch.relu(F.conv2d(h, layer.weight, layer.bias, padding="same"))
    out = F.conv2d(h, self.layers[-1].weight, self.layers[-1].bias)
    return out.unflatten(1, (self.n_colors, self.levels)).transpose(1, 2)


edits(
    "pixelcnn.log_prob",
    ("the negative log-likelihood", "return -F", "return F", "the sign"),
    ("the mean over the values", ".sum", ".mean", "the mean over the values"),
    ("bits instead of nats", "(dim=(1, 2, 3))", "(dim=(1, 2, 3)) / math.log(2)", "bits, not nats"),
    ("only the first colour", ".sum(dim=(1, 2, 3", "[:, 0].sum(dim=(1, 2", "only the first colour"),
    ("one number for the batch", '="none").sum(dim=(1, 2, 3))', '="sum")', "; expected"),
    (
        "the softmax is taken twice, once without its logarithm",
        "F.cross_entropy(logits,",
        "F.cross_entropy(logits.softmax(1),",
        "4.4",
    ),
    ("the likeliest level instead of the one that is there", "x.long()", "logits.argmax(1)", "4.4"),
    ".sum(dim=(1, 2, 3))",
    ("bits per dimension", ".mean(dim=(1, 2, 3)) / math.log(2)", "bits per dimension"),
    "F.cross_entropy(logits",
    ("no normalisation", "F.nll_loss(logits", "log_softmax is missing"),
    ("softmax over the colours", "F.nll_loss(logits.log_softmax(2)", "over the colours"),
    ("the logarithm of a rounded probability", "F.nll_loss(logits.softmax(1).log()", "4.4c"),
    (
        "a small constant inside the logarithm",
        "F.nll_loss(logits.softmax(1).add(1e-9).log()",
        "4.4c",
    ),
)
edits(LOGITS, ("clipped", "return out", "out = out.clamp(-15, 15)\n        return out", "4.3"))
edits(
    "pixelcnn.log_prob",
    ("the condition is forgotten", "(x, *condition)", "(x)", "the condition is not handed on"),
    ("at most 100 nats", '="none")', '="none").clamp(max=100)', "4.4c"),
)
