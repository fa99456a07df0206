"""`solutions/NAME.py` and `course_lib/NAME.py` are one text with two kinds of bodies."""

import ast
import inspect

import pytest

from autograder.authoring.reference import module_from_source
from autograder.authoring.scaffold import fill, regions, scaffold_text, write_scaffold
from autograder.errors import CourseError
from autograder.paths import ROOT, scaffold_file, solution_file
from course_lib.course import syllabus

LECTURES = syllabus.load().notebooks
EXERCISES = [e for lecture in LECTURES for e in lecture.exercises]
EACH = pytest.mark.parametrize("lecture", LECTURES, ids=lambda lecture: lecture.id)


def texts(lecture):
    solution = solution_file(lecture).read_text(encoding="utf-8")
    return solution, scaffold_file(lecture).read_text(encoding="utf-8")


def bodies(solution, module):
    """The solutions' own lines, without markers and comments."""
    lines = solution.splitlines()
    for region in regions(solution, module):
        for line in lines[region.first : region.last - 1]:
            code = line.strip()
            if code and not code.startswith("#"):
                yield code


# Lines that a constructor, which is given, and a solution both need.
GIVEN = {"generator = torch.Generator().manual_seed(seed)"}


def found(module, attribute):
    for name in attribute.split("."):
        module = inspect.getattr_static(module, name)
    return module


@EACH
def test_the_scaffold_is_what_the_generator_makes_of_the_solution(lecture):
    solution, scaffold = texts(lecture)
    assert scaffold == scaffold_text(solution, lecture.module), "run `make scaffolds`"


@EACH
def test_the_bodies_put_back_give_the_solution_byte_for_byte(lecture):
    scaffold = scaffold_file(lecture).read_bytes()
    solution = solution_file(lecture).read_bytes()
    filled = fill(scaffold.decode(), solution.decode(), lecture.module)
    assert filled.encode() == solution


@EACH
def test_writing_a_scaffold_that_is_in_step_changes_nothing(lecture):
    file = scaffold_file(lecture)
    before = file.read_bytes(), file.stat().st_mtime_ns
    assert write_scaffold(lecture) is False
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before


@EACH
def test_no_line_of_a_solution_stands_in_the_scaffold(lecture):
    solution, scaffold = texts(lecture)
    shown = {line.strip() for line in scaffold.splitlines()} - GIVEN
    telling = [code for code in bodies(solution, lecture.module) if len(code) > 12]
    assert telling
    assert not [code for code in telling if code in shown]
    assert "SOLUTION" not in scaffold


@EACH
def test_every_exercise_of_the_syllabus_is_marked_and_nothing_else(lecture):
    solution, _ = texts(lecture)
    marked = [region.name for region in regions(solution, lecture.module)]
    assert marked == [e.name for e in lecture.exercises], "in the order of course.toml"


@EACH
def test_scaffold_and_solution_show_the_same_names_signatures_and_docstrings(lecture):
    solution, scaffold = texts(lecture)
    faces = []
    for text in (solution, scaffold):
        face = []
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                decorators = [ast.unparse(d) for d in node.decorator_list]
                signature = ast.unparse(node.args), ast.unparse(node.returns or ast.Constant(None))
                face.append((node.name, *signature, decorators, ast.get_docstring(node)))
            elif isinstance(node, (ast.ClassDef, ast.Module)):
                face.append((getattr(node, "name", ""), ast.get_docstring(node)))
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                face.append(ast.unparse(node))
        faces.append([entry for entry in face if entry])
    assert faces[0] == faces[1]


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
def test_an_untouched_exercise_says_where_it_is_explained(exercise):
    lecture = syllabus.load().lecture(exercise.module)
    module = module_from_source(texts(lecture)[1], lecture.module)
    function = found(module, exercise.attribute)
    function = inspect.unwrap(function)
    given = [None] * len(inspect.signature(function).parameters)
    line = f"not implemented yet: `{exercise.name}`, section {exercise.section}"
    with pytest.raises(NotImplementedError) as raised:
        function(*GUARDED.get(exercise.name, given))
    assert str(raised.value) == line


# Arguments that pass what stands before an exercise's marks.
FIVE, FOUR = (None,) * 5, (None,) * 4
GUARDED = {
    "nade.made_masks": ([2, 3, 2], [0, 1], 0),
    "rnn.rnn_step": (None, None, FIVE),
    "rnn.rnn_forward": (None, None, FIVE),
    "rnn.sequence_log_prob": (None, FIVE),
    "rnn.bptt": (None, FIVE),
    "rnn.sample": (FIVE, None, 1, 1.0, 0),
    "rnn.lstm_step": (None, None, None, FOUR),
    "pixelcnn.causal_mask": (3, "A", 1, 1, 1),
}

MARKED = '''\
def one(x):
    """One."""
    ### BEGIN SOLUTION
    return x + 1
    ### END SOLUTION
'''


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (MARKED.replace("    ### END SOLUTION\n", ""), "line 3: BEGIN SOLUTION without its END"),
        (
            MARKED.replace("    ### BEGIN SOLUTION\n", ""),
            "line 4: END SOLUTION without its BEGIN",
        ),
        (
            MARKED.replace("return", "### BEGIN SOLUTION\n    return"),
            "line 4: BEGIN SOLUTION inside a solution",
        ),
        ("### BEGIN SOLUTION\nX = 1\n### END SOLUTION\n", "line 1: a solution outside a function"),
        (
            MARKED + "\n    ### BEGIN SOLUTION\n    return 2\n    ### END SOLUTION\n",
            "two solutions in one function: nade.one",
        ),
        (MARKED.replace("def one(x):", "def one(x:"), "nade.py line 1: "),
    ],
    ids=["no end", "no begin", "nested", "outside", "twice", "syntax"],
)
def test_wrong_marks_are_told_in_one_line_with_their_place(text, complaint):
    with pytest.raises(CourseError) as raised:
        regions(text, "nade")
    assert complaint in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_solution_without_an_exercise_is_told_in_one_line():
    solution, _ = texts(syllabus.load().lecture("nade"))
    extra = solution + "\n\n" + MARKED
    with pytest.raises(CourseError, match=r"^nade\.py line \d+: there is no exercise 'nade\.one'"):
        scaffold_text(extra, "nade")


def test_an_exercise_without_a_solution_is_told_in_one_line():
    with pytest.raises(CourseError) as raised:
        scaffold_text(MARKED, "nade")
    assert "no marked solution for nade.NADE.complete, nade.NADE.log_prob" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_filling_a_scaffold_whose_stub_was_changed_is_told():
    solution, scaffold = texts(syllabus.load().lecture("nade"))
    changed = scaffold.replace("`nade.made_masks`", "`nade.masks`")
    with pytest.raises(CourseError, match=r"the stub of nade\.made_masks stands 0 times, not once"):
        fill(changed, solution, "nade")


@pytest.mark.parametrize(
    "body",
    [
        r'return re.sub(r"(\w+)\1", "\\g<0>\n", x)',
        'return """### not a mark\n\n  odd   indent\n"""',
        "return {'Σ': '\\N{GREEK SMALL LETTER SIGMA}'}",
    ],
)
def test_any_body_survives_the_round_trip(body, monkeypatch):
    solution, _ = texts(syllabus.load().lecture("nade"))
    region = regions(solution, "nade")[0]
    lines = solution.splitlines(keepends=True)
    lines[region.first : region.last - 1] = [region.indent + body + "\n"]
    text = "".join(lines)
    assert fill(scaffold_text(text, "nade"), text, "nade") == text


def test_a_solution_may_end_in_a_comment():
    text = MARKED.replace("    ### END", "    # Nothing else.\n\n    ### END")
    assert [(r.name, r.first, r.last) for r in regions(text, "nade")] == [("nade.one", 3, 7)]


def test_a_solution_that_runs_into_the_next_function_is_told():
    text = MARKED.replace("    ### END SOLUTION\n", "") + "\n\n" + MARKED.split("    ### B")[0]
    with pytest.raises(CourseError, match="line 3: a solution outside a function"):
        regions(text + "    ### END SOLUTION\n", "nade")


def test_an_async_or_nested_function_keeps_its_name():
    nested = "class A:\n    class B:\n" + "".join(
        f"        {line}\n" for line in MARKED.splitlines()
    )
    assert [r.name for r in regions(nested, "nade")] == ["nade.A.B.one"]
    assert [r.name for r in regions("async " + MARKED, "nade")] == ["nade.one"]


def test_the_scaffolds_are_the_only_modules_on_top_of_the_students_package():
    top = {p.stem for p in (ROOT / "course_lib").glob("*.py")} - {"__init__"}
    assert top == {lecture.module for lecture in LECTURES}
    assert top == {p.stem for p in (ROOT / "solutions").glob("*.py")} - {"__init__"}
