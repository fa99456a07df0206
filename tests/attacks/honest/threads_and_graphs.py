"""Uses a few threads, gradients and hooks on the way."""

from concurrent.futures import ThreadPoolExecutor


def mixture_log_prob(log_probs):
    with ThreadPoolExecutor(3) as pool:
        columns = list(pool.map(lambda column: column.logsumexp(0), log_probs.unbind(1)))
    with torch.enable_grad():
        leaf = torch.ones(2, requires_grad=True)
        leaf.register_hook(lambda g: 2 * g)
        (leaf**2).sum().backward()
    return torch.stack(columns) - math.log(len(log_probs))
