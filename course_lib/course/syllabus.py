"""The syllabus as objects: lectures and exercises, read from `course.toml`."""

from __future__ import annotations

import difflib
import functools
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from course_lib.course.lateness import LatePolicy, policies

__all__ = [
    "Course",
    "Exercise",
    "Lecture",
    "Limits",
    "Students",
    "UnknownName",
    "closest",
    "colab_url",
    "load",
    "read",
]


class UnknownName(ValueError):
    """There is no lecture or exercise of that name; the message has the closest one."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows of it: the one line, without a traceback."""
        return [str(self)]


@dataclass(frozen=True)
class Exercise:
    """One function that a student completes.

    Attributes:
        builds_on: the exercises without which its checks cannot be passed. What does not work yet
            of them is lent: the reference takes its place while this exercise is checked.
        hidden_share: the share of the points that grading gives for hidden inputs; 0 where nothing
            is graded.
    """

    name: str
    points: float
    difficulty: int
    importance: int
    minutes: int
    section: str
    builds_on: tuple[str, ...] = ()
    hidden_share: float = 0.0

    @property
    def module(self) -> str:
        """The lecture module, "name" of "name.Model.log_prob"."""
        return self.name.partition(".")[0]

    @property
    def attribute(self) -> str:
        """The path inside the module, "Model.log_prob" of "name.Model.log_prob"."""
        return self.name.partition(".")[2]

    @property
    def heading(self) -> str:
        """The line that stands under the exercise's heading in the notebook."""
        unit = "point" if self.points == 1 else "points"
        return (
            f"*Exercise `{self.name}` · {self.points:g} {unit} · {self.minutes} min · "
            f"difficulty {self.difficulty}/5 · importance {self.importance}/5*"
        )


@dataclass(frozen=True)
class Lecture:
    """One lecture: a notebook, a module and its exercises."""

    id: str
    module: str
    title: str
    minutes: int
    needs: tuple[str, ...]
    reflection: float
    exercises: tuple[Exercise, ...]

    @property
    def number(self) -> str:
        """The part of the id before the name, "02" of "02_name"."""
        return self.id.partition("_")[0]

    def is_named(self, key: str) -> bool:
        """Whether this is its id ("02_name"), its module ("name") or its number ("2" or "02")."""
        if key.isdecimal():
            return key.lstrip("0") == self.number.lstrip("0")
        return key in (self.id, self.module)

    @property
    def heading(self) -> str:
        """The notebook's title: "Lecture 2 · Title"."""
        return f"Lecture {self.number.lstrip('0')} · {self.title}"

    @property
    def points(self) -> float:
        """All points of the lecture, the reflection question's included."""
        return sum(e.points for e in self.exercises) + self.reflection


@dataclass(frozen=True)
class Limits:
    """The resources that one exercise may use while it is graded."""

    wall_seconds: float = 60
    cpu_seconds: float = 60
    memory_megabytes: int = 2000
    file_megabytes: int = 32
    processes: int = 64
    output_megabytes: int = 128

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
                raise ValueError(f"[grading.limits] {name} is {value!r}; expected a number above 0")


@dataclass(frozen=True)
class Students:
    """What students have beside the scaffolds.

    Attributes:
        reference: whether the bundle of `autograder release` holds the reference.
        tries: wrong versions of an exercise after which the reference may be looked at; before
            that it has to pass.
        ask: whom a student asks whose course holds no reference.
    """

    reference: bool = False
    tries: int = 5
    ask: str = "your instructor"


@dataclass(frozen=True)
class Course:
    """The whole syllabus."""

    name: str
    id: str
    seconds_per_property: float
    hidden_share: float
    lectures: tuple[Lecture, ...]
    introduction: Lecture | None
    limits: Limits = Limits()
    students: Students = Students()
    time_zone: str = "UTC"
    late: Mapping[str, LatePolicy] = field(default_factory=dict)
    # Written by `autograder publish`; empty until the course has a public address.
    repository: str = ""
    tag: str = ""

    def late_policy(self, lecture: Lecture) -> LatePolicy:
        """The penalty for handing in late: the course's rule, or the lecture's own."""
        return self.late.get(lecture.id) or self.late.get("", LatePolicy())

    @property
    def notebooks(self) -> tuple[Lecture, ...]:
        """Everything that has a notebook and a module: the introduction, then the lectures.

        Only `lectures` are counted, handed in and graded.
        """
        return (*filter(None, [self.introduction]), *self.lectures)

    def lecture(self, key: str) -> Lecture:
        """The lecture, or the introduction, with this id ("02_name"), module ("name") or number.

        Raises:
            UnknownName: no lecture is called so.
        """
        for lecture in self.notebooks:
            if lecture.is_named(key):
                return lecture
        raise UnknownName(
            _unknown("lecture", key, [n for lec in self.notebooks for n in (lec.id, lec.module)])
        )

    def counted(self, key: str) -> Lecture:
        """The lecture with this id or module, for what is only done with what counts.

        Raises:
            UnknownName: no lecture is called so, or it is the introduction.
        """
        lecture = self.lecture(key)
        if lecture == self.introduction:
            known = ", ".join(each.id for each in self.lectures)
            raise UnknownName(
                f"{lecture.id} is for practice, it is not handed in and not graded: expected one "
                f"of {known}"
            )
        return lecture

    def exercise(self, name: str) -> Exercise:
        """The exercise with this name ("name.Model.log_prob").

        Raises:
            UnknownName: no exercise is called so.
        """
        known = {e.name: e for lecture in self.notebooks for e in lecture.exercises}
        if name not in known:
            raise UnknownName(_unknown("exercise", name, list(known)))
        return known[name]


def colab_url(course: Course, lecture: Lecture) -> str:
    """The address at which Colab opens the notebook; "" if the course has no repository."""
    if not course.repository:
        return ""
    repository = course.repository.removeprefix("https://github.com/")
    return (
        f"https://colab.research.google.com/github/{repository}/blob/{course.tag}/"
        f"notebooks/{lecture.id}/{lecture.id}.ipynb"
    )


def closest(name: str, known: Sequence[str]) -> str | None:
    """The name that was probably meant, or None; case counts for nothing."""
    by_case: dict[str, str] = {}
    for k in known:
        by_case.setdefault(k.lower(), k)
    tail = name.lower().rpartition(".")[2]
    close = difflib.get_close_matches(name.lower(), list(by_case), n=1, cutoff=0.5)
    close += [k for k in by_case if k.rpartition(".")[2] == tail]
    return by_case[close[0]] if close else None


def _unknown(kind: str, name: str, known: list[str]) -> str:
    """The one line for a name that does not exist, with the closest one that does."""
    close = closest(name, known)
    hint = f"did you mean {close!r}?" if close else f"the {kind}s are: {', '.join(known)}"
    return f"there is no {kind} {name!r}: {hint}"


def root() -> Path | None:
    """The course's folder that `$COURSE_ROOT` names; None where it is the package's own course."""
    named = os.environ.get("COURSE_ROOT")
    return Path(named).resolve() if named else None


def path() -> Path:
    """The path of `course.toml`: beside the package in a checkout, inside it when installed.

    `$COURSE_ROOT` names another course's folder.

    Raises:
        FileNotFoundError: there is none.
    """
    package = Path(__file__).resolve().parents[1]
    named = root()
    places = [named] if named else [package.parent, package]
    for place in places:
        if (place / "course.toml").is_file():
            return place / "course.toml"
    raise FileNotFoundError(
        f"course.toml is missing: expected it in {' or '.join(map(str, places))}; "
        + (
            "$COURSE_ROOT has to name a course's folder"
            if named
            else "install the course again or start from a full checkout"
        )
    )


def in_checkout() -> bool:
    """Whether the package lies in the course's folder, and was not installed from a wheel."""
    return path().parent != Path(__file__).resolve().parents[1]


@functools.cache
def load(file: Path | None = None) -> Course:
    """The syllabus, read once.

    Args:
        file: a `course.toml`; by default the installed course's own.

    Raises:
        FileNotFoundError: no `course.toml` where the course was installed.
        ValueError: a table lacks a key or holds one that is not known.
    """
    return read(file or path())


def read(source: Path) -> Course:
    """The syllabus of a file as it is now.

    Args:
        source: a `course.toml`.

    Raises:
        ValueError: a table lacks a key or holds one that is not known.
    """
    raw = tomllib.loads(source.read_text(encoding="utf-8"))
    try:
        late = policies(raw["grading"].pop("late", {}), [table["id"] for table in raw["lecture"]])
        limits = Limits(**raw["grading"].pop("limits", {}))
        return Course(
            **raw["course"],
            **raw["grading"],
            limits=limits,
            students=Students(**raw.get("students", {})),
            late=late,
            lectures=tuple(_lecture(t, raw["grading"]["hidden_share"]) for t in raw["lecture"]),
            introduction=_lecture(raw["introduction"]) if "introduction" in raw else None,
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{source}: {error}; see the tables of the other lectures") from error


def _lecture(table: dict, hidden_share: float = 0.0) -> Lecture:
    exercises = tuple(
        Exercise(
            **{**entry, "builds_on": tuple(entry.get("builds_on", ()))}, hidden_share=hidden_share
        )
        for entry in table["exercise"]
    )
    rest = {k: v for k, v in table.items() if k != "exercise"}
    rest["needs"] = tuple(rest["needs"])
    rest.setdefault("reflection", 0)
    return Lecture(**rest, exercises=exercises)
