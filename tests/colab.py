"""What stands for `google.colab`: a notebook in the browser, downloads, and Google Drive."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest


class Colab:
    """Hands over the notebook in the browser, takes downloads, and opens a Drive or refuses to."""

    def __init__(self, opened: dict | None, drive: Path | None = None) -> None:
        self.opened = opened
        self.drive = drive
        self.downloaded: list[str] = []
        self.asked = 0

    def blocking_request(self, kind: str, request: str, timeout_sec: int) -> dict | None:
        assert (kind, request) == ("get_ipynb", "")
        return None if self.opened is None else {"ipynb": self.opened}

    def mount(self, place: str) -> None:
        self.asked += 1
        if self.drive is None:
            raise ValueError("mount failed")
        assert place == str(self.drive)

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let `import google.colab.…` find this."""
        for name in ("", ".files", "._message", ".drive"):
            monkeypatch.setitem(sys.modules, f"google.colab{name}", ModuleType(name))
        monkeypatch.setitem(sys.modules, "google", ModuleType("google"))
        vars(sys.modules["google.colab.files"])["download"] = self.downloaded.append
        vars(sys.modules["google.colab._message"])["blocking_request"] = self.blocking_request
        vars(sys.modules["google.colab.drive"])["mount"] = self.mount
