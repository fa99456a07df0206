"""Tries to use up the machine's memory, in ways that no limit of Python's sees.

Stopped by: address space and data are limited, and memory that is a file is refused.
"""

# spares: coins.Coins.log_prob
# says: used up the 100 MB of memory
# limits: memory_megabytes=100


def mixture_log_prob(log_probs):
    kept = []
    while True:
        kept.append(mmap.mmap(-1, 10**7))
        kept[-1].write(b"x" * 10**7)
