"""Tries optional imports, has a `__main__` part, reads its own file's name, sets a flag."""

import os

try:
    import not_installed_anywhere
except ImportError:
    not_installed_anywhere = None
try:
    from IPython.display import display
except ImportError:
    display = print

HERE = os.path.dirname(os.path.abspath(__file__))
assert mixture_log_prob(torch.zeros(2, 3)).abs().max() < 1e-6, "a test of my own"

if __name__ == "__main__":
    raise SystemExit("only run when started as a program")
