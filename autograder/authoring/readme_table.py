"""The table of lectures in README.md, from `course.toml`: `make readme`."""

from __future__ import annotations

from pathlib import Path

from autograder.errors import CourseError
from autograder.paths import ROOT
from course_lib.course.syllabus import Course, Lecture, colab_url, load

__all__ = ["BEGIN", "END", "colab_badge", "lecture_table", "with_table"]

BEGIN = "<!-- lectures: made from course.toml by `make readme` -->"
END = "<!-- /lectures -->"
_BADGE = "https://colab.research.google.com/assets/colab-badge.svg"


def colab_badge(course: Course, lecture: Lecture) -> str:
    """The badge that opens the notebook in Colab, as Markdown; "" where there is no address."""
    url = colab_url(course, lecture)
    return f"[![Open in Colab]({_BADGE})]({url})" if url else ""


def lecture_table(course: Course) -> str:
    """The lectures as a Markdown table with one line for each and one for their sum.

    The last column has the Colab badges; it is left out while the course has no public address.
    """
    lines = ["| | lecture | exercises | points | minutes |", "|---|---|---:|---:|---:|"]
    if course.repository:
        lines = [f"{lines[0]} |", f"{lines[1]}---|"]
    for lecture in course.lectures:
        notebook = f"notebooks/{lecture.id}/{lecture.id}.ipynb"
        lines.append(
            f"| {lecture.number} | [{lecture.title}]({notebook}) | {len(lecture.exercises)} | "
            f"{lecture.points:g} | {lecture.minutes} |"
        )
        if course.repository:
            lines[-1] += f" {colab_badge(course, lecture)} |"
    exercises = sum(len(lecture.exercises) for lecture in course.lectures)
    points = sum(lecture.points for lecture in course.lectures)
    minutes = sum(lecture.minutes for lecture in course.lectures)
    lines.append(
        f"| | all | {exercises} | {points:g} | {minutes} |{' |' if course.repository else ''}"
    )
    return "\n".join(lines) + "\n"


def with_table(text: str, table: str, begin: str = BEGIN, end: str = END) -> str:
    """The page with the table between its two markers, whatever stood there before.

    Raises:
        CourseError: the markers do not stand in the page once each, in this order.
    """
    before, opening, rest = text.partition(begin)
    _, closing, after = rest.partition(end)
    if not opening or not closing or begin in rest or end in after:
        raise CourseError(f"the page needs {begin} and after it {end}, once each")
    return f"{before}{begin}\n{table}{end}{after}"


def main(page: Path = ROOT / "README.md") -> None:
    """Write the table into the page, and say whether it changed."""
    old = page.read_text(encoding="utf-8")
    new = with_table(old, lecture_table(load()))
    if new != old:
        page.write_text(new, encoding="utf-8")
    print(f"{page.name}: table of lectures {'written' if new != old else 'up to date'}")


if __name__ == "__main__":
    main()
