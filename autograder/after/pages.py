"""HTML pages for instructors. Each is one file that needs no network and has no script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from autograder.errors import file_errors
from autograder.intake.plain_text import plain

__all__ = ["write_page"]

_FRAME = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
      content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>{{ title }}</title>
<style>
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --dim: #595959; }
@media (prefers-color-scheme: dark) { :root { --dim: #b0b0b0; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
p, li { max-width: 46rem; } .dim { color: var(--dim); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0;
         border-bottom: 1px solid var(--line); }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
code, pre { font: 13px/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }
img { max-width: 100%; height: auto; background: white; border-radius: 4px; }
{{ style }}
</style>
</head>
<body>
{{ body }}
</body>
</html>
"""


def write_page(file: Path, title: str, template: str, style: str = "", **values: Any) -> None:
    """Write a page.

    Args:
        file: where to.
        title: of the page.
        template: of the body, in Jinja2; every value is escaped.
        style: more CSS.
        values: what the template uses. `shown` is a filter for text from students.

    Raises:
        CourseError: the file cannot be written.
    """
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True,
                              lstrip_blocks=True)  # fmt: skip
    environment.filters["shown"] = plain
    body = environment.from_string(template).render(**values)
    frame = Environment(autoescape=False, undefined=StrictUndefined).from_string(_FRAME)
    text = frame.render(title=environment.from_string("{{ t }}").render(t=title),
                        style=style, body=body)  # fmt: skip
    with file_errors(file, "written"):
        file.write_text(text, encoding="utf-8", errors="replace")
