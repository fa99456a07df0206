"""The kit's tests: state in a temporary folder, no bars, nothing from the user's settings."""

from pathlib import Path

import pytest

from course_lib.course import state


@pytest.fixture(autouse=True)
def state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty state folder for each test."""
    for name in ("COURSE_DATASET", "COURSE_DATA_DIR", "COURSE_CACHE_DIR", "COURSE_DEVICE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("COURSE_STATIC_WIDGETS", raising=False)
    monkeypatch.setenv("COURSE_QUIET", "1")
    folder = tmp_path / "state"
    monkeypatch.setenv("COURSE_STATE_DIR", str(folder))
    monkeypatch.setattr(state, "_told", set())
    monkeypatch.setattr(state, "_unsaved", {})
    return folder
