"""Tries to find what an earlier submission left, in its files, builtins and shared memory.

Stopped by: there is nothing: namespaces, `/tmp` and process end with each submission.
"""


def mixture_log_prob(log_probs):
    found = [hasattr(builtins, "left_behind"), "LEFT" in os.environ, os.listdir("/tmp")]
    if any(found):
        raise RuntimeError(f"CANARY-left {found}")
    return torch.zeros(log_probs.shape[1], dtype=log_probs.dtype)
