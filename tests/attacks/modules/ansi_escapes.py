"""Tries to act on the grader's terminal: clear it, retitle it, write into its clipboard.

Stopped by: text from the sandbox loses escapes, control characters and direction overrides.
"""

# spares: coins.Coins.log_prob


def mixture_log_prob(log_probs):
    bad = "\x1b]0;owned\x07\x1b[2J\x1b]52;c;b3duZWQ=\x07\x9b31m\u202egnp\x00\r\x08"
    warnings.warn(bad, stacklevel=1)
    print(bad, file=sys.stderr)
    raise type("E\x1b[2J", (Exception,), {})(bad)
