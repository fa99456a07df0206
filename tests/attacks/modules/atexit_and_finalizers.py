"""Tries to run code after grading: `atexit`, `weakref.finalize`, `__del__`, signal handlers.

Stopped by: the process is ended by its leader's death, without a word; nothing of it outlives its
namespace.
"""


class Last:
    def __del__(self):
        os.write(3, b"DGM1" * 100)


def late(*args):
    while True:
        os.write(3, b"DGM1" * 100)


last = Last()
atexit.register(late)
weakref.finalize(last, late)
for number in range(1, 32):
    try:
        signal.signal(number, late)
    except (OSError, ValueError):
        pass
