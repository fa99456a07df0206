"""Tries to kill the grader, the zygote and everything else by number.

Stopped by: in its namespace there is only itself, and it is the first process, and cannot kill
itself.
"""

# spares: coins.Coins.log_prob
# says: \(1, 0\)


def mixture_log_prob(log_probs):
    for pid in (-1, 2, 3, *range(4, 70_000, 7), os.getppid() or 2):
        for number in (signal.SIGKILL, signal.SIGSTOP):
            try:
                os.kill(pid, number)
            except OSError:
                pass
    raise ValueError(os.getpid(), os.getppid())
