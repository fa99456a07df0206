"""Tries to make system calls in 32-bit form, whose numbers a filter may not know.

Stopped by: the filter kills whatever is not of the machine's own kind.
"""


def mixture_log_prob(log_probs):
    # mov eax, 2 (fork); int 0x80; ret
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\xb8\x02\0\0\0\xcd\x80\xc3")
    address = ctypes.addressof(ctypes.c_char.from_buffer(code))
    forked = ctypes.CFUNCTYPE(ctypes.c_int)(address)()
    raise RuntimeError(f"CANARY-allowed {forked}" if forked >= 0 else "refused")
