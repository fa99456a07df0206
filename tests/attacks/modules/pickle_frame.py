"""Tries to write a pickle into the channel.

Stopped by: a frame starts with four known bytes; a pickle does not.
"""

import os
import pickle


class Payload:
    def __reduce__(self):
        return os.system, ("touch /COURSE/owned",)


def mixture_log_prob(log_probs):
    os.write(3, pickle.dumps(Payload()))
    return torch.zeros(log_probs.shape[1], dtype=log_probs.dtype)
