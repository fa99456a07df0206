"""Tries to write into its own and other processes' memory through `/proc`.

Stopped by: `/proc` is covered, and system calls that reach other processes are refused.
"""


def mixture_log_prob(log_probs):
    for place in ("self", "thread-self", "1", "2", str(os.getppid()), str(os.getpid())):
        for name in ("mem", "environ", "maps", "cmdline", "root/etc/passwd", "cwd", "fd/3"):
            try:
                with open(f"/proc/{place}/{name}", "r+b") as file:
                    raise RuntimeError(file.read(300))
            except OSError:
                pass
    return torch.zeros(log_probs.shape[1], dtype=log_probs.dtype)
