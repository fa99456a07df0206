"""Tries to leave a `.pth` file that runs code whenever Python starts.

Stopped by: the environment is mounted read-only.
"""

import os
import site
import sys

for folder in (*site.getsitepackages(), site.getusersitepackages(), sys.prefix, "/COURSE"):
    try:
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "zz.pth"), "w") as file:
            file.write("import builtins; builtins.left_behind = True\n")
    except OSError:
        pass


def mixture_log_prob(log_probs):
    return torch.zeros(log_probs.shape[1], dtype=log_probs.dtype)
