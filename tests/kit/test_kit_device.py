"""The device is the best there is, or the one that the user names."""

import pytest
import torch

from course_lib.kit import device


def test_a_machine_without_accelerator_computes_on_its_cpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert device.best() == torch.device("cpu")
    assert device.describe().startswith("CPU, ")
    assert torch.__version__ in device.describe()


def test_cuda_comes_before_mps_and_mps_before_the_cpu(monkeypatch):
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert device.best().type == "mps"
    assert device.describe().startswith("Apple GPU")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert device.best().type == "cuda"


def test_the_user_s_choice_wins(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setenv("COURSE_DEVICE", "cpu")
    assert device.best() == torch.device("cpu")


@pytest.mark.parametrize(
    ("name", "message"),
    [("gpu", "is not a device"), ("cuda:7", "no such device"), ("meta", "no such device")],
)
def test_a_choice_that_is_not_there_is_refused_in_one_line(monkeypatch, name, message):
    monkeypatch.setenv("COURSE_DEVICE", name)
    with pytest.raises(RuntimeError, match=message) as caught:
        device.best()
    assert f"COURSE_DEVICE={name!r}" in str(caught.value)
    assert "unset COURSE_DEVICE" in str(caught.value)
    assert "\n" not in str(caught.value)
