"""Tries to trace or read other processes: ptrace, process_vm_readv, pidfd, kcmp.

Stopped by: the system calls are refused, and no other process has a number here.
"""


def mixture_log_prob(log_probs):
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(64)
    for pid in (1, 2, 3, os.getppid()):
        for call in (
            (101, 16, pid),
            (310, pid, buffer, 1, buffer, 1, 0),
            (434, pid, 0),
            (312, pid, 1),
        ):
            if libc.syscall(*call) >= 0 and pid != 1:
                raise RuntimeError(f"CANARY-reached {call[0]}")
    return torch.zeros(log_probs.shape[1], dtype=log_probs.dtype)
