"""The device to compute on: CUDA, else Apple's MPS, else the CPU."""

import os
import platform

import torch
from torch import nn

__all__ = ["best", "describe", "place"]


def best() -> torch.device:
    """The fastest device that is there; `$COURSE_DEVICE` ("cpu", "cuda:1", "mps") overrides.

    Returns:
        `cuda` if torch sees a CUDA device, else `mps` if it has one, else `cpu`.

    Raises:
        RuntimeError: `$COURSE_DEVICE` names a device that does not exist here.
    """
    wanted = os.environ.get("COURSE_DEVICE", "").strip()
    if wanted:
        return _named(wanted)
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def describe(device: torch.device | None = None) -> str:
    """The device in words, for example "CPU, 2 threads, torch 2.13.0".

    Args:
        device: the device to describe; `best()` by default.
    """
    device = best() if device is None else device
    if device.type == "cuda":
        memory = torch.cuda.get_device_properties(device).total_memory / 2**30
        what = f"GPU {torch.cuda.get_device_name(device)}, {memory:.0f} GiB"
    elif device.type == "mps":
        what = f"Apple GPU (MPS), {platform.processor() or platform.machine()}"
    else:
        threads = torch.get_num_threads()
        what = f"CPU, {threads} thread{'s' if threads != 1 else ''}"
    return f"{what}, torch {torch.__version__}"


def place(model: nn.Module, device: torch.device | str | None = None) -> torch.device:
    """Move a model to a device, and return that device.

    Args:
        model: is moved in place.
        device: `best()` by default.
    """
    where = torch.device(device) if device is not None else best()
    model.to(where)
    return where


def _named(name: str) -> torch.device:
    remedy = "unset COURSE_DEVICE to take the best device, or set it to cpu"
    try:
        device = torch.device(name)
    except RuntimeError:
        raise RuntimeError(
            f"COURSE_DEVICE={name!r} is not a device: expected cpu, cuda, cuda:N or mps; {remedy}"
        ) from None
    present = {
        "cpu": True,
        "cuda": torch.cuda.is_available() and (device.index or 0) < torch.cuda.device_count(),
        "mps": torch.backends.mps.is_available(),
    }
    if not present.get(device.type, False):
        raise RuntimeError(f"COURSE_DEVICE={name!r}, but torch sees no such device here: {remedy}")
    return device
