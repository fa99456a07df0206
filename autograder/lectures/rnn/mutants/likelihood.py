"""Wrong probabilities of texts."""

import torch

from autograder.authoring.audit import edit, mutant

LOG_PROB = "rnn.sequence_log_prob"
edit(
    LOG_PROB,
    "scored by the logits that have seen the character",
    old="torch.cat([first, logits[:, :-1]], dim=1)",
    new="logits",
    expect="which have seen it",
)
edit(
    LOG_PROB,
    "the first character is not counted",
    old=".squeeze(2).sum(1)",
    new=".squeeze(2)[:, 1:].sum(1)",
    expect="the first character is not counted",
)
edit(LOG_PROB, "the negative", old="return log_p", new="return -log_p", expect="the sign")
edit(LOG_PROB, "the mean", old=".sum(1)", new=".mean(1)", expect="the mean over the characters")
edit(LOG_PROB, "one number for the batch", old=".sum(1)", new=".sum()", expect="promised")
edit(
    LOG_PROB,
    "normalised over the time",
    old=".log_softmax(-1)",
    new=".log_softmax(1)",
    expect="3.4",
)
edit(LOG_PROB, "not normalised at all", old=".log_softmax(-1)", new="", expect="3.4")
edit(
    LOG_PROB,
    "probabilities are added, not their logarithms",
    old=".log_softmax(-1)",
    new=".softmax(-1)",
    expect="3.4",
)
edit(
    LOG_PROB,
    "a rounded probability's logarithm",
    old=".log_softmax(-1)",
    new=".softmax(-1).log()",
    expect="3.4c",
)
edit(
    LOG_PROB,
    "a small constant inside the logarithm",
    old=".log_softmax(-1)",
    new=".softmax(-1).add(1e-9).log()",
    expect="3.4c",
)
edit(
    LOG_PROB,
    "the first character is uniform",
    old="params.b_y.expand",
    new="torch.zeros_like(params.b_y).expand",
    expect="3.4a",
)
edit(
    LOG_PROB,
    "the memory starts at 1",
    old="new_zeros(",
    new="new_ones(",
    expect="3.4",
)


@mutant(LOG_PROB, "the last logits score every character", expect="3.4")
def log_prob_last(tokens, params):
    h0 = params.b_h.new_zeros(len(tokens), len(params.b_h))
    logits, _ = rnn_forward(tokens, h0, params)
    log_p = logits[:, -1].log_softmax(-1)
    return log_p.gather(1, tokens).sum(1)


@mutant(LOG_PROB, "bits instead of nats", expect="bits, not nats")
def log_prob_bits(tokens, params):
    h0 = params.b_h.new_zeros(len(tokens), len(params.b_h))
    logits, _ = rnn_forward(tokens, h0, params)
    first = params.b_y.expand(len(tokens), 1, -1)
    log_p = torch.cat([first, logits[:, :-1]], dim=1).log_softmax(-1)
    return log_p.gather(2, tokens[..., None]).squeeze(2).sum(1) / 0.6931471805599453
