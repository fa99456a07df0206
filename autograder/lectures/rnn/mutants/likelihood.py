"""Wrong probabilities of texts."""

from autograder.authoring.audit import edits, mutant

LOG_PROB = "rnn.sequence_log_prob"
edits(
    LOG_PROB,
    ("bits instead of nats", ".sum(1)", ".sum(1) / 0.6931471805599453", "bits, not nats"),
    ("the first character is not counted", "2)", "2)[:, 1:]", "the first character is not counted"),
    ("the negative", "return log_p", "return -log_p", "the sign"),
    ("the mean", ".sum(1)", ".mean(1)", "the mean over the characters"),
    ("one number for the batch", ".sum(1)", ".sum()", "; expected"),
    ("the memory starts at 1", "new_zeros(", "new_ones(", "3.4"),
    ("the first character is uniform", "params.b_y.", "torch.zeros_like(params.b_y).", "3.4a"),
    "torch.cat([first, logits[:, :-1]], dim=1)",
    ("scored by the logits that have seen the character", "logits", "which have seen it"),
    ".log_softmax(-1)",
    ("normalised over the time", ".log_softmax(1)", "3.4"),
    ("not normalised at all", "", "3.4"),
    ("probabilities are added, not their logarithms", ".softmax(-1)", "3.4"),
    ("a rounded probability's logarithm", ".softmax(-1).log()", "3.4c"),
    ("a small constant inside the logarithm", ".softmax(-1).add(1e-9).log()", "3.4c"),
)


@mutant(LOG_PROB, "the last logits score every character", expect="3.4")
def log_prob_last(tokens, params):
    h0 = params.b_h.new_zeros(len(tokens), len(params.b_h))
    logits, _ = rnn_forward(tokens, h0, params)
    log_p = logits[:, -1].log_softmax(-1)
    return log_p.gather(1, tokens).sum(1)
