"""Tries to use all processor time with threads while the clock is stopped by sleeping.

Stopped by: processor time is counted for all threads together, by the kernel.
"""

# spares: coins.Coins.log_prob
# limits: cpu_seconds=1


def mixture_log_prob(log_probs):
    for _ in range(4):
        threading.Thread(target=sum, args=(range(10**13),), daemon=True).start()
    time.sleep(1000)
