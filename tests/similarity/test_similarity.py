"""A renamed copy is found first; independent answers are not; nothing of a student's is run."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from autograder.after.similarity.compare import compare, known_code, prints_of
from autograder.after.similarity.output import run_similarity
from autograder.after.similarity.shape import ELSEWHERE, Unparsable, pieces
from autograder.authoring.audit.variants import variants
from autograder.authoring.reference import solution_text
from autograder.demo.students import Student, module_text, students_of
from autograder.errors import CourseError
from autograder.paths import scaffold_file
from course_lib.course.syllabus import load
from tests.handing_in import MODULE, hand_in
from tests.processes import ran

LECTURE = load().lecture("02_coins")
EXERCISES = {e.name for e in LECTURE.exercises}
SCAFFOLD = scaffold_file(LECTURE).read_text(encoding="utf-8")
KNOWN = known_code(LECTURE)

# Right or not, nobody else writes it so.
_OWN_WAY = {
    "coins.mixture_log_prob": """\
answers = log_probs.max(0).values
total = torch.zeros_like(answers)
for row in log_probs.unbind(0):
    # relative to the largest
    total = total + torch.exp(torch.sub(row, answers))
return answers + torch.log(torch.div(total, log_probs.size(0)))""",
    "coins.Coins.log_prob": """\
scores = self.logits(x)
white = torch.where(x > 0.5, F.logsigmoid(scores), torch.zeros_like(scores))
black = torch.where(x > 0.5, torch.zeros_like(scores), F.logsigmoid(torch.neg(scores)))
return torch.add(white, black).sum(-1)""",
}


def module(name: str, bodies: dict[str, str]) -> str:
    return module_text(Student(name, "", tuple(bodies.items())), LECTURE, SCAFFOLD)


class Renamed(ast.NodeTransformer):
    """Other names for all variables and parameters, another docstring for everything."""

    def __init__(self, tree: ast.Module):
        self.own = {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)} - {"self"}
        self.own |= {
            n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self.own:
            node.id = f"my_{node.id}"
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        if node.arg in self.own:
            node.arg = f"my_{node.arg}"
        node.annotation = None
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        if isinstance(node.value, ast.Constant):
            node.value.value = "I wrote this myself."
        return self.generic_visit(node)


def disguised(text: str) -> str:
    """Renamed, laid out anew, other comments, other docstrings, an import under another name."""
    tree = ast.parse(text)
    text = ast.unparse(Renamed(tree).visit(tree)).replace("    ", "  ")
    text = re.sub(r"\bF\.", "fn.", text).replace("functional as F", "functional as fn")
    return f"# by me\n{text}"


ORIGINAL = module("Hedy Lamarr", _OWN_WAY)
COPY = disguised(ORIGINAL)


def independent() -> dict[str, str]:
    """Each of the lecture's alternatives by somebody of their own, a few exercises each."""
    found: dict[str, dict[str, str]] = {}
    for number, variant in enumerate(v for v in variants(LECTURE.module) if not v.wrong):
        found.setdefault(f"independent-{number % 6}", {})[variant.exercise] = variant.body
    return {name: module(name, bodies) for name, bodies in found.items()}


CLASS = {
    **{s.name.replace(" ", "-"): module_text(s, LECTURE, SCAFFOLD) for s in students_of(LECTURE)},
    **independent(),
    "hedy": ORIGINAL,
    "ivan": COPY,
}


def pairs(people: dict[str, str]):
    return compare({name: prints_of(text, LECTURE) for name, text in people.items()}, KNOWN)


def test_a_copy_that_is_renamed_and_laid_out_anew_comes_first():
    assert "answers" not in COPY.replace("my_answers", "")
    found = pairs(CLASS)
    assert (found[0].one, found[0].other) == ("hedy", "ivan")
    assert {part.exercise for part in found[0].parts} == set(_OWN_WAY)
    for part in found[0].parts:
        assert part.alike == 1.0
        assert part.alike > part.usual + 0.5
        assert part.alike > part.typical


def test_independent_answers_are_far_below_the_copy():
    found = pairs(CLASS)
    others = [pair.score for pair in found[1:]]
    assert max(others, default=0.0) < 0.1 * found[0].score


def test_a_partly_copied_file_is_below_a_whole_copy_and_above_independent_work():
    one = dict(list(_OWN_WAY.items())[:1])
    partly = disguised(module("Partly", one))
    found = pairs({**CLASS, "judy": partly})
    assert {found[0].one, found[0].other} == {"hedy", "ivan"}
    assert {"judy"} == {found[1].one, found[1].other, found[2].one, found[2].other} - {
        "hedy", "ivan"}  # fmt: skip


def test_the_scaffold_and_the_reference_make_nobody_alike():
    solution = solution_text("coins")
    people = {f"s{n}": SCAFFOLD for n in range(3)} | {f"r{n}": solution for n in range(3)}
    assert pairs(people) == []


def test_what_the_whole_class_was_told_makes_nobody_alike():
    everybody = {f"s{n}": ORIGINAL for n in range(4)}
    assert pairs(everybody) == []


def test_a_statement_put_in_between_hides_no_copy():
    added = ORIGINAL.replace("    total = torch", "    unused = 3\n    total = torch")
    assert added != ORIGINAL
    found = pairs({**CLASS, "ivan": added})
    assert (found[0].one, found[0].other) == ("hedy", "ivan")


def shape(body: str) -> tuple[str, ...]:
    text = f"import torch\nimport torch.nn.functional as F\n\ndef f(x):\n{body}\n"
    return pieces(text, "m", {"m.f"})["m.f"].nodes


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("    z=torch.exp( x+1. )\n    return z", True),
        ("    '''A docstring.'''\n    y = torch.exp((x + 1.0))  # why\n\n    return (y)", True),
        ("    y: torch.Tensor = torch.exp(x + 1)\n    return y", True),
        ("    y = torch.log(x + 1)\n    return y", False),
        ("    y = torch.exp(x - 1)\n    return y", False),
        ("    y = torch.exp(x + 2)\n    return y", False),
    ],
)
def test_functions_and_numbers_have_a_part_in_the_shape_names_and_layout_have_none(other, same):
    assert (shape(other) == shape("    y = torch.exp(x + 1)\n    return y")) == same


def test_an_import_under_another_name_is_the_same_import():
    one = "import torch.nn.functional as F\ndef f(x):\n    return F.relu(x)\n"
    other = one.replace("F", "functional")
    assert pieces(one, "m", {"m.f"}) == pieces(other, "m", {"m.f"})


def test_code_of_ones_own_outside_the_exercises_is_compared_too():
    helper = "\ndef my_helper(a, b):\n    return [a * k - b / (k + 7) for k in range(a) if k % 3]\n"
    found = pairs({"one": SCAFFOLD + helper, "two": SCAFFOLD + helper.replace("k", "q")})
    assert [part.exercise for part in found[0].parts] == [ELSEWHERE]


def test_what_stands_above_a_syntax_error_is_compared():
    found = pairs({**CLASS, "hedy": ORIGINAL + "\nlast = (1 +\n"})
    assert (found[0].one, found[0].other) == ("hedy", "ivan")


@pytest.mark.parametrize("text", ["(\n", "\0", "1" * 6000, "-" * 300_000 + "1"])
def test_hostile_texts_are_refused_with_a_reason(text):
    with pytest.raises(Unparsable):
        pieces(text, "coins", EXERCISES)


def compared(html: Path | None = None) -> str:
    return ran(run_similarity, "coins", html, 20).words


def test_the_command_names_the_pair_and_says_what_it_cannot_tell(folder):
    (folder / "submitted" / "empty" / LECTURE.id).mkdir(parents=True)
    for name, text in CLASS.items():
        hand_in(folder, name, {MODULE: text})
    said = compared(folder / "page.html")
    assert re.search(r"1 hedy ivan \d+ ", said)
    assert re.search(r"mixture_log_prob \(100% · \d+% · 0%\)", said)
    assert "empty is not compared: course_lib/coins.py is missing" in said
    assert "no verdict" in said
    assert "It cannot see who wrote it first" in said
    assert re.search(r"\d+ wrote nothing that the course's own implementations do not have", said)
    page = (folder / "page.html").read_text(encoding="utf-8")
    assert page.index("hedy and ivan") > 0
    assert 'class="line unusual"' in page


def test_no_code_of_a_students_is_run(folder):
    trap = "raise SystemExit('run')\nopen('ran.txt', 'w').close()\n"
    hand_in(folder, "one", {MODULE: trap + ORIGINAL})
    hand_in(folder, "two", {MODULE: trap + COPY})
    compared()
    assert not (folder / "ran.txt").exists()


def test_nothing_of_a_students_acts_in_the_page_or_the_terminal(folder):
    nasty = "'<script>alert(1)</script>\\x1b[31m</pre>'"
    for name in ("one", "two"):
        body = {**_OWN_WAY}
        body["coins.mixture_log_prob"] = f"note = {nasty}\n" + body["coins.mixture_log_prob"]
        hand_in(folder, name, {MODULE: module(name, body).replace("\\x1b", "\x1b")})
    said = compared(folder / "page.html")
    page = (folder / "page.html").read_text(encoding="utf-8")
    assert "\x1b" not in page + said
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_one_submission_is_too_few(folder):
    hand_in(folder, "one", {MODULE: ORIGINAL})
    with pytest.raises(CourseError, match="two submissions are needed"):
        compared()
