"""What a student adds to a module, anywhere in it, is in the corrected module, once."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from autograder.paths import COURSE
from course_lib.course import syllabus
from course_lib.course.carry_module import carry
from course_lib.course.scaffold import scaffold_text

LECTURE = syllabus.load().lectures[-1]
WRITTEN = (COURSE / "solutions" / f"{LECTURE.module}.py").read_text(encoding="utf-8")
SCAFFOLD = scaffold_text(WRITTEN, LECTURE.module)
CORRECTED = SCAFFOLD.replace("Args:", "Arguments:").replace(
    "\nclass ", "\ndef from_the_course(x):\n    return x\n\n\nclass ", 1
)
ADDED = {
    "a constant of several lines": "TABLE = [\n    1,  # one\n]\n",
    "an import": "import mine\n",
    "a remark": "# a remark of mine\n",
    "a decorated helper": "# why\n@mine\ndef helper(a, b=3):\n    # so\n    return a\n\n\n",
    "a class": 'class Mine:\n    """Of mine."""\n\n    x = 1\n\n\n',
}


def places(body: list[ast.stmt]) -> Iterator[tuple[int, int]]:
    """(line, indentation) of the statements before which something can be added."""
    for node in body:
        decorators = getattr(node, "decorator_list", [])
        if not isinstance(node, ast.Expr):
            yield min([node.lineno, *(d.lineno for d in decorators)]) - 1, node.col_offset
        if isinstance(node, ast.ClassDef):
            yield from places(node.body)


@pytest.mark.parametrize("known", [True, False], ids=["base", "no base"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("what", ADDED)
def test_what_is_added_is_carried(what, end, known):
    written = WRITTEN.splitlines(keepends=True)
    for line, indent in places(ast.parse(WRITTEN).body):
        block = "".join(
            " " * indent + row if row.strip() else row for row in ADDED[what].splitlines(True)
        )
        student = "".join([*written[:line], block, *written[line:]]).replace("\n", end)
        base = SCAFFOLD if known else None
        made = carry(student, base, CORRECTED, {e.attribute for e in LECTURE.exercises}, "m.py")
        assert made.text.count(block.rstrip("\n")) == 1, line
        assert len(made.functions) == len(LECTURE.exercises)
        assert "from_the_course" in made.text
        ast.parse(made.text)
