"""Tries to catch whatever is raised to interrupt it, and block every signal.

Stopped by: what ends it is SIGKILL, sent from outside of its namespace.
"""

# spares: coins.Coins.log_prob
# says: still running after 1 s


def mixture_log_prob(log_probs):
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
