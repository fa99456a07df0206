"""Mixes the models two at a time: log(eᵃ + eᵇ) = a + softplus(b − a)."""

from functools import reduce


def mixture_log_prob(log_probs):
    return reduce(torch.logaddexp, list(log_probs)) - math.log(len(log_probs))
