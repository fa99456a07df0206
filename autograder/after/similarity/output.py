"""The output of `autograder similarity`, and the page with the pairs side by side."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.after.pages import write_page
from autograder.after.similarity.compare import (
    Fingerprints,
    Known,
    Pair,
    Part,
    compare,
    known_code,
    prints_of,
)
from autograder.after.similarity.shape import ELSEWHERE, Unparsable
from autograder.errors import CourseError
from autograder.grading.course import CourseFolder
from autograder.grading.output import class_table
from autograder.intake.ingest import submissions, take_in
from autograder.intake.plain_text import in_terminal, plain
from course_lib.course.syllabus import Lecture, load

__all__ = ["run_similarity"]

_PARTS_SHOWN = 3
MEANING = (
    "A list to look at, and no verdict. It sees code that two submissions have, whatever the "
    "variables are called, and that neither the reference, nor an implementation the course knows, "
    "nor the rest of the class has. It cannot see who wrote it first, whether two learnt it in the "
    "same tutorial or from the same assistant, worked together where that is allowed, or copied "
    "the reference's own way. A rewritten copy is not in it."
)


@dataclass(frozen=True)
class _Submission:
    text: str
    prints: dict[str, Fingerprints]


def run_similarity(lecture_name: str, html: Path | None, most: int, console: Console) -> None:
    """Print the pairs, and write the page where it is asked for."""
    course, lecture = CourseFolder.read(Path.cwd()), load().lecture(lecture_name)
    with console.status("comparing"):
        known = known_code(lecture)
        people, left_out = _read(course, lecture)
        found = compare({name: s.prints for name, s in people.items()}, known)
    shown = found[:most]
    if shown:
        console.print(_table(shown, len(found), len(people), lecture))
    else:
        console.print(
            f"{lecture.id}: no two of {len(people)} submissions share code that is unusual"
        )
    for name, why in left_out:
        told = f"{in_terminal(name)} is not compared: {in_terminal(why)}"
        console.print(f"[yellow]![/yellow] {told}", soft_wrap=True)
    usual = sorted(name for name, submission in people.items() if _only_known(submission, known))
    if usual:
        names = ", ".join(in_terminal(name) for name in usual[:10])
        console.print(
            f"{len(usual)} wrote nothing that the course's own implementations do not have, so "
            f"nothing can be said of them: {names}{' …' if len(usual) > 10 else ''}",
            soft_wrap=True,
        )
    console.print(f"[dim]{MEANING}[/dim]", soft_wrap=True)
    if html is not None:
        _page(html, lecture, shown, people)
        console.print(f"page: {html}", soft_wrap=True)


def _read(
    course: CourseFolder, lecture: Lecture
) -> tuple[dict[str, _Submission], list[tuple[str, str]]]:
    """Submissions that can be compared, and those that cannot with the reason."""
    people: dict[str, _Submission] = {}
    left_out = []
    for student, folder in submissions(course.submitted(lecture), lecture.id):
        taken = take_in(student, folder, lecture)
        why = taken.unusable or taken.refused
        if not why and taken.module is None:
            why = f"course_lib/{lecture.module}.py is missing"
        if not why and taken.module is not None:
            try:
                text = taken.module.decode("utf-8-sig")
                people[student] = _Submission(text, prints_of(text, lecture))
            except UnicodeDecodeError:
                why = f"course_lib/{lecture.module}.py is not UTF-8"
            except Unparsable as error:
                why = f"course_lib/{lecture.module}.py is no Python: {error}"
        if why:
            left_out.append((student, why))
    if len(people) < 2:
        raise CourseError(
            f"{len(people)} of {lecture.id} can be compared: two submissions are needed, in "
            f"submitted/STUDENT/{lecture.id}/"
        )
    return people, left_out


def _only_known(submission: _Submission, known: Known) -> bool:
    """Whether all that somebody wrote is in the course's own implementations; not if nothing is."""
    written = {key: p.all - known.given for key, p in submission.prints.items()}
    return any(written.values()) and all(
        several <= known.common.get(key, set()) for key, several in written.items()
    )


def _table(pairs: list[Pair], all_: int, people: int, lecture: Lecture) -> Table:
    table = class_table(
        f"{lecture.id}: {len(pairs)} of {all_} pairs with unusual code in common, of "
        f"{people} submissions"
    )
    table.add_column("", justify="right")
    table.add_column("student", overflow="fold")
    table.add_column("student", overflow="fold")
    table.add_column("unusual", justify="right", no_wrap=True)
    table.add_column("where (alike · class · alternatives)", overflow="fold")
    for n, pair in enumerate(pairs, 1):
        where = "\n".join(_where(part, lecture) for part in pair.parts[:_PARTS_SHOWN])
        if len(pair.parts) > _PARTS_SHOWN:
            where += f"\n… and {len(pair.parts) - _PARTS_SHOWN} more"
        table.add_row(
            str(n), in_terminal(pair.one), in_terminal(pair.other), f"{pair.score:.0f}",
            in_terminal(where, 2000) if "\n" not in where else where,
        )  # fmt: skip
    return table


def _where(part: Part, lecture: Lecture) -> str:
    name = part.exercise.removeprefix(f"{lecture.module}.")
    return f"{name} ({part.alike:.0%} · {part.typical:.0%} · {part.usual:.0%})"


_PAGE = """\
<h1>{{ lecture.id }}: submissions that are alike</h1>
<p>{{ meaning }}</p>
<p><mark class="unusual">Marked strongly</mark>: both have it, and neither the reference, nor an
implementation the course knows, nor the whole class has.
<mark class="shared">Marked faintly</mark>: both have it, and so do others. “Alike” is the share of
the two students' own code in an exercise that is the same but for names and layout. Beside it: what
that share is for a typical pair of this class (the median), and for the most alike two of the
reference and the course's alternatives, which were chosen to be different.</p>
{% if not pairs %}<p>No two submissions share code that is unusual.</p>{% endif %}
{% for pair in pairs %}
<h2>{{ loop.index }}. {{ pair.one|shown }} and {{ pair.other|shown }}</h2>
{% for part in pair.parts %}
<h3><code>{{ part.name }}</code> <span class="dim">alike {{ part.alike }}; a typical pair
{{ part.typical }}; alternatives {{ part.usual }}</span></h3>
<div class="sides">
{% for side in part.sides %}
<section aria-label="{{ side.student|shown }}"><h4>{{ side.student|shown }}</h4>
<pre tabindex="0">
{% for line in side.lines %}
<span class="line {{ line.kind }}"><span class="at">{{ line.at }}</span>
{%- raw %} {% endraw %}{{ line.text|shown }}</span>
{%- endfor %}
</pre></section>
{% endfor %}
</div>
{% endfor %}
{% endfor %}
"""
_STYLE = """\
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }
.sides section { min-width: 0; } h3 code { font-size: 1.05rem; }
h3 .dim { font-weight: normal; font-size: .95rem; }
h3 { margin: 1.2rem 0 .2rem; } h4 { margin: .2rem 0; }
pre { border: 1px solid var(--line); border-radius: 4px; padding: .5rem 0; margin: 0;
      overflow-x: auto; background: var(--soft); white-space: pre; }
.line { display: block; width: max-content; min-width: 100%; box-sizing: border-box;
        padding: 0 .6rem; border-left: 4px solid transparent; min-height: 1.45em; }
.at { display: inline-block; width: 2.6em; text-align: right; margin-right: .8em; color: var(--dim);
      user-select: none; }
mark { color: inherit; padding: 0 .2em; border-left: 4px solid transparent; }
.unusual { background: #E69F0055; border-left-color: #D55E00; }
.shared { background: #56B4E92b; border-left-color: #56B4E9; }
@media (max-width: 50rem) { .sides { grid-template-columns: 1fr; } }
"""


def _page(file: Path, lecture: Lecture, pairs: list[Pair], people: dict[str, _Submission]) -> None:
    made = [
        {
            "one": pair.one,
            "other": pair.other,
            "parts": [
                {
                    "name": part.exercise.removeprefix(f"{lecture.module}."),
                    "alike": f"{part.alike:.0%}",
                    "typical": f"{part.typical:.0%}",
                    "usual": f"{part.usual:.0%}",
                    "sides": [
                        {"student": name, "lines": _lines(people[name], part)}
                        for name in (pair.one, pair.other)
                    ],
                }
                for part in pair.parts
            ],
        }
        for pair in pairs
    ]
    write_page(
        file, f"{lecture.id}: similarity", _PAGE, _STYLE,
        lecture=lecture, meaning=MEANING, pairs=made,
    )  # fmt: skip


def _lines(submission: _Submission, part: Part) -> list[dict[str, object]]:
    """The lines of an exercise, each with its number and how it is marked."""
    prints = submission.prints[part.exercise]
    unusual, shared = prints.lines(part.unusual), prints.lines(part.shared)
    text = submission.text.splitlines()
    first, last = min(prints.piece.lines), max(prints.piece.lines)
    if part.exercise == ELSEWHERE:
        # Between its pieces stand the exercises.
        wanted = sorted(unusual | shared)
    else:
        wanted = list(range(first, last + 1))
    return [
        {
            "at": at,
            "kind": "unusual" if at in unusual else "shared" if at in shared else "",
            "text": plain(text[at - 1], 300) if at <= len(text) else "",
        }
        for at in wanted
    ]
