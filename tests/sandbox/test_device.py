"""`device = "cuda"`: what the sandbox then shows, and that it is asked for only where it can be."""

from __future__ import annotations

import sys
import warnings

import pytest
import torch
from traitlets import TraitError

from autograder.sandbox import bubblewrap, child
from autograder.sandbox.engine import SandboxedEngine
from autograder.sandbox.frames import decode, encode
from autograder.sandbox.stream import Stream
from course_lib.checks.references import ROOTS, Handle


def test_device_nodes_are_shown_only_when_a_gpu_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(bubblewrap, "_DEV", tmp_path)
    for name in ("nvidia0", "nvidiactl", "nvidia-uvm", "sda"):
        (tmp_path / name).touch()
    without, on_gpu = (bubblewrap.command("bwrap", gpu=gpu) for gpu in (False, True))
    assert not any("nvidia" in word or word.startswith("/sys/bus") for word in without)
    nodes = [on_gpu[n + 1] for n, word in enumerate(on_gpu) if word == "--dev-bind"]
    shown = sorted(n.rpartition("/")[2] for n in nodes if n.startswith(str(tmp_path)))
    assert shown == ["nvidia-uvm", "nvidia0", "nvidiactl"]
    assert "/sys/bus/pci" in on_gpu


def test_another_device_is_refused():
    with pytest.raises(TraitError, match="cuda"):
        SandboxedEngine(device="tpu")


class Answers(Stream):
    """A stream that keeps what is sent."""

    def __init__(self) -> None:
        """It has no socket."""

    def send(self, value: object) -> None:
        self.sent = decode(encode(value))


def test_tensors_and_networks_are_moved_to_the_device(monkeypatch):
    # The child takes stderr and warnings for its own process.
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    source = """
import torch
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.W = torch.nn.Parameter(torch.ones(2))
    def where(self):
        return str(self.W.device)
"""
    stream = Answers()
    inside = child._Child(stream)
    # "meta" stands for a card: it is another device, and every machine has it.
    inside.reply_to(("load", "probe", source.encode(), {}, "meta"))
    module = Handle(ROOTS["module"], ("Net",))
    inside.reply_to(("call", "call", module, (), {}))
    kind, handle, _ = stream.sent
    assert kind == "ok"
    where = Handle(handle.number, ("where",))
    inside.reply_to(("call", "call", where, (), {}))
    assert stream.sent == ("ok", "meta", "")
    given = inside._in([torch.ones(3), {"x": torch.ones(2)}])
    assert [t.device.type for t in (given[0], given[1]["x"])] == ["meta", "meta"]
