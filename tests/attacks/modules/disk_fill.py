"""Tries to fill the disk, with one file and with many.

Stopped by: `/tmp` is a few megabytes of memory of the process's own, with few names.
"""


def mixture_log_prob(log_probs):
    for n in range(10**6):
        with open(f"/tmp/{n}", "wb") as file:
            file.write(bytes(10**6))
