"""Compare two submissions: the code that they share, and how unusual it is.

Right answers to one short exercise are alike by nature. So shared code is held to three things:
what is given (the scaffold) counts for nothing; what the reference or one of the lecture's known
implementations, right or wrong, has, is what independent people write, and counts for nothing; what
many of the class have counts for less, down to nothing where all have it. What is left over is code
that these two have and hardly anybody else.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from statistics import median

from copydetect.utils import get_document_fingerprints

from autograder.after.similarity.shape import Piece, Unparsable, pieces
from autograder.authoring.audit.variants import variants
from autograder.authoring.reference import solution_text
from course_lib.course.scaffold import scaffold_text
from course_lib.course.syllabus import Lecture

__all__ = ["Known", "Pair", "Part", "Prints", "compare", "known_code", "prints_of"]

LENGTH = 9  # nodes in a fingerprint: a line or two
_LEAST = 1.0  # a pair with less than one fingerprint of its own has nothing unusual in common

Prints = Mapping[str, "Fingerprints"]


@dataclass(frozen=True)
class Fingerprints:
    """The fingerprints of one piece of code.

    Attributes:
        places: fingerprint → the nodes where it starts.
        piece: the code's shape.
    """

    places: Mapping[int, list[int]]
    piece: Piece

    @property
    def all(self) -> set[int]:
        """The fingerprints."""
        return set(self.places)

    def lines(self, some: Iterable[int]) -> set[int]:
        """The lines that some of the fingerprints lie on."""
        return {
            self.piece.lines[at + k]
            for one in some
            for at in self.places.get(one, ())
            for k in range(LENGTH)
        }


_letters: dict[str, str] = {}


def _spelled(nodes: Iterable[str]) -> str:
    """A letter for every kind of node, so that a fingerprint is of nodes and not of letters."""
    # From the first letter on that no surrogate follows: there are a million of them.
    return "".join(
        _letters.setdefault(node, chr(0x10000 + len(_letters) % 0xF0000)) for node in nodes
    )


def prints_of(text: str, lecture: Lecture, only: str = "") -> dict[str, Fingerprints]:
    """Exercise → the fingerprints of what stands in it.

    Args:
        text: the module's.
        lecture: whose module it is.
        only: the one exercise that is wanted.

    Raises:
        Unparsable: the text is no Python.
    """
    names = {e.name for e in lecture.exercises}
    found = {}
    for name, piece in pieces(text, lecture.module, names, only).items():
        _, places = get_document_fingerprints(_spelled(piece.nodes), LENGTH, 1)
        found[name] = Fingerprints({int(h): list(map(int, at)) for h, at in places.items()}, piece)
    return found


@dataclass(frozen=True)
class Known:
    """Code that is nobody's own.

    Attributes:
        given: the scaffold's fingerprints.
        common: those of the reference, the alternatives and the mutants, exercise by exercise.
        alike: exercise → how alike the most alike two of the reference and its alternatives are.
    """

    given: set[int]
    common: Mapping[str, set[int]]
    alike: Mapping[str, float]


def known_code(lecture: Lecture) -> Known:
    """The scaffold, and what people who work alone write."""
    solution = solution_text(lecture.module)
    scaffold = prints_of(scaffold_text(solution, lecture.module), lecture)
    given = set().union(*(p.all for p in scaffold.values()))
    reference = prints_of(solution, lecture)
    common = {name: set(p.all) for name, p in reference.items()}
    right: dict[str, list[set[int]]] = {name: [p.all - given] for name, p in reference.items()}
    for variant in variants(lecture.module):
        try:
            own = prints_of(variant.source(), lecture, variant.exercise).get(variant.exercise)
        except Unparsable:
            continue
        if own is not None:
            common.setdefault(variant.exercise, set()).update(own.all)
            if not variant.wrong:
                right.setdefault(variant.exercise, []).append(own.all - given)
    alike = {
        name: max((_share(a, b) for a, b in combinations(several, 2)), default=0.0)
        for name, several in right.items()
    }
    return Known(given, common, alike)


def _share(one: set[int], other: set[int]) -> float:
    """Fingerprints that both have, of those that either has."""
    return len(one & other) / len(one | other) if one | other else 0.0


def _median_share(several: list[set[int]]) -> float:
    """The typical similarity of two submissions."""
    shares = [_share(a, b) for a, b in combinations(several, 2)]
    return median(shares) if shares else 0.0


@dataclass(frozen=True)
class Part:
    """One exercise of two submissions.

    Attributes:
        alike: share of the fingerprints that both have, of those that either has.
        usual: the same between the most alike two of the reference and its alternatives.
        typical: the same between two of the class, the median of all pairs who wrote something.
        shared: all that both have, the scaffold's left out.
        unusual: of these, what no known implementation has, and not the whole class.
        weight: of the unusual ones: 1 for what these two alone have, less for what others have.
        share: how much of the two students' unusual code this is.
    """

    exercise: str
    alike: float
    usual: float
    typical: float
    shared: frozenset[int]
    unusual: frozenset[int]
    weight: float
    share: float

    @property
    def score(self) -> float:
        """The rank of a pair: high where much unusual code is shared and little is not."""
        return self.weight * self.share


@dataclass(frozen=True)
class Pair:
    """Two submissions.

    Attributes:
        parts: exercise by exercise; those without anything unusual in common are left out.
    """

    one: str
    other: str
    parts: tuple[Part, ...] = ()

    @property
    def score(self) -> float:
        """The sum over the exercises."""
        return sum(part.score for part in self.parts)

    @property
    def unusual(self) -> int:
        """Unusual fingerprints in common."""
        return sum(len(part.unusual) for part in self.parts)


def compare(people: Mapping[str, Prints], known: Known) -> list[Pair]:
    """All pairs with something unusual in common, the most unusual first.

    Args:
        people: student → fingerprints.
        known: what is nobody's own.
    """
    names = sorted(people)
    own: dict[str, dict[str, set[int]]] = {
        name: {key: p.all - known.given for key, p in people[name].items()} for name in names
    }
    having: Counter[tuple[str, int]] = Counter(
        (key, one) for name in names for key, several in own[name].items() for one in several
    )

    def weight(key: str, one: int) -> float:
        """1 where just two have it, 0 where all have it; between, by its information."""
        if one in known.common.get(key, ()):
            return 0.0
        if len(names) <= 2:
            return 1.0
        return math.log(len(names) / having[key, one]) / math.log(len(names) / 2)

    weights = {key_one: weight(*key_one) for key_one, n in having.items() if n >= 2}
    typical = {key: _median_share([o[key] for o in own.values() if o.get(key)])
               for key in {key for o in own.values() for key in o}}  # fmt: skip
    found = []
    for a, b in combinations(names, 2):
        parts = []
        for key in own[a].keys() & own[b].keys():
            shared = own[a][key] & own[b][key]
            heavy = {one: weights[key, one] for one in shared if weights[key, one] > 0}
            if not heavy:
                continue
            either = sum(min(1.0, weight(key, one)) for one in own[a][key] | own[b][key])
            total = sum(heavy.values())
            parts.append(
                Part(
                    key, _share(own[a][key], own[b][key]), known.alike.get(key, 0.0), typical[key],
                    frozenset(shared), frozenset(heavy), total, total / either,
                )
            )  # fmt: skip
        if sum(part.score for part in parts) >= _LEAST:
            parts.sort(key=lambda part: (-part.score, part.exercise))
            found.append(Pair(a, b, tuple(parts)))
    return sorted(found, key=lambda pair: (-pair.score, pair.one, pair.other))
