"""Tries to raise SystemExit, KeyboardInterrupt and GeneratorExit through the grader.

Stopped by: exceptions travel as text.
"""


def mixture_log_prob(log_probs):
    raise (SystemExit, KeyboardInterrupt, GeneratorExit)[len(log_probs) % 3](0)
