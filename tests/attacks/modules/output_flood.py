"""Tries to flood the grader's terminal and log by stdout and stderr.

Stopped by: both lead nowhere; of stderr the last line is kept, by the process itself.
"""


def mixture_log_prob(log_probs):
    for _ in range(20):
        print("x" * 10**6)
        sys.stderr.write("y" * 10**6)
        os.write(1, b"z" * 10**6)
        os.write(2, b"z" * 10**6)
    return torch.zeros(log_probs.shape[1], dtype=log_probs.dtype)
