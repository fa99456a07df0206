"""Warns at the import and in every call, and sets its own filters."""

import warnings

warnings.filterwarnings("always")
warnings.warn("NumPy is old", DeprecationWarning)
_ensemble = mixture_log_prob


def mixture_log_prob(log_probs):
    warnings.warn("this may be slow")
    warnings.warn("old", FutureWarning)
    return _ensemble(log_probs)
