"""What the measuring programs keep: `results/NAME.json`, and their tables in `README.md`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from autograder.authoring.readme_table import with_table
from autograder.paths import ROOT

PAGE = ROOT / "benchmarks" / "README.md"
RESULTS = ROOT / "benchmarks" / "results"


def kept(name: str) -> Any:
    """What the last whole run of a program has kept; None if there was none."""
    file = RESULTS / f"{name}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def keep(result: Any, file: Path) -> None:
    """Write a result."""
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def page_with(name: str, table: str) -> str:
    """The page's text, with this table between the markers of a program."""
    begin, end = f"<!-- {name}: written by {name}.py -->", f"<!-- /{name} -->"
    return with_table(PAGE.read_text(encoding="utf-8"), table, begin, end)


def write(name: str, table: str) -> None:
    """Put a program's table into the page."""
    PAGE.write_text(page_with(name, table), encoding="utf-8")
