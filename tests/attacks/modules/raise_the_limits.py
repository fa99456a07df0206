"""Tries to raise its own limits of time, memory and files.

Stopped by: limits are hard ones, and no capability is left to raise these.
"""


def mixture_log_prob(log_probs):
    for which in (
        resource.RLIMIT_CPU,
        resource.RLIMIT_AS,
        resource.RLIMIT_FSIZE,
        resource.RLIMIT_NPROC,
    ):
        try:
            resource.setrlimit(which, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            raise RuntimeError("CANARY-raised")
        except (ValueError, OSError):
            pass
    return torch.zeros(log_probs.shape[1], dtype=log_probs.dtype)
