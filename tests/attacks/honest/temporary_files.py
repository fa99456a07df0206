"""Writes a result into a temporary file and reads it again; notes its progress on disk."""

import json
import os
import tempfile
from pathlib import Path

Path(tempfile.gettempdir(), "progress.txt").write_text("imported")


def mixture_log_prob(log_probs):
    result = log_probs.logsumexp(0) - math.log(len(log_probs))
    with tempfile.NamedTemporaryFile("w+", suffix=".json") as file:
        json.dump(result.tolist(), file)
        file.seek(0)
        again = torch.tensor(json.load(file), dtype=log_probs.dtype)
    torch.save(result, os.path.join(tempfile.gettempdir(), "result.pt"))
    return torch.where(torch.isfinite(again), again, result)
