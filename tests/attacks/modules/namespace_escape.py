"""Tries to make namespaces, mount, leave the root, load a filter of its own.

Stopped by: capabilities are given up and these system calls refused.
"""


def mixture_log_prob(log_probs):
    libc = ctypes.CDLL(None, use_errno=True)
    calls = (
        (272, 0x10000000),
        (272, 0x00020000),
        (165, b"none", b"/tmp", b"proc", 0, None),
        (161, b"/"),
        (155, b"/tmp", b"/tmp"),
        (308, 3, 0),
        (425, 8, None),
        (321, 0, None, 0),
    )
    for call in calls:
        if libc.syscall(*call) >= 0:
            raise RuntimeError(f"CANARY-allowed {call[0]}")
    return torch.zeros(log_probs.shape[1], dtype=log_probs.dtype)
