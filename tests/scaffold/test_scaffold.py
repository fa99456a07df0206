"""`solutions/NAME.py` and `course_lib/NAME.py` are one text with two kinds of bodies."""

import ast
import inspect
import itertools
import textwrap

import pytest

from autograder.authoring.reference import module_from_source
from autograder.authoring.scaffold import write_scaffold
from autograder.paths import COURSE, scaffold_file, solution_file
from course_lib.course import reference_text, splice, syllabus
from course_lib.course.carry_module import carry
from course_lib.course.scaffold import fill, regions, scaffold_text

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
def test_a_written_module_is_carried_whole_into_a_scaffold_with_other_docstrings(lecture):
    solution, scaffold = texts(lecture)
    corrected = scaffold.replace("Args:", "Arguments:")
    written = {e.attribute for e in lecture.exercises}
    made = carry(solution, scaffold, corrected, written, lecture.module)
    same = ast.dump(ast.parse(solution.replace("Args:", "Arguments:")))
    assert ast.dump(ast.parse(made.text)) == same
    assert (set(made.functions), made.added, made.notes) == (written, (), ())


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
        face: list[tuple] = []
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                decorators = [ast.unparse(d) for d in node.decorator_list]
                signature = ast.unparse(node.args), ast.unparse(node.returns or ast.Constant(None))
                face.append((node.name, *signature, decorators, ast.get_docstring(node)))
            elif isinstance(node, (ast.ClassDef, ast.Module)):
                face.append((getattr(node, "name", ""), ast.get_docstring(node)))
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                face.append((ast.unparse(node),))
        faces.append([entry for entry in face if entry])
    assert faces[0] == faces[1]


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
def test_an_untouched_exercise_says_where_it_is_explained(exercise):
    lecture = syllabus.load().lecture(exercise.module)
    module = module_from_source(texts(lecture)[1], lecture.module)
    function = inspect.unwrap(found(module, exercise.attribute))
    # What stands before an exercise's marks, such as a test of its arguments, is given.
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    assert isinstance(definition, ast.FunctionDef)
    statement = definition.body[-1]
    with pytest.raises(NotImplementedError) as raised:
        exec(compile(ast.Module([statement], []), "stub", "exec"), {})
    line = f"not implemented yet: `{exercise.name}`, section {exercise.section}"
    assert str(raised.value) == line


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
def test_every_solution_begins_with_one_remark_on_why_it_is_written_so(exercise):
    solution, _ = texts(syllabus.load().lecture(exercise.module))
    (region,) = (r for r in regions(solution, exercise.module) if r.name == exercise.name)
    body = [line.strip() for line in solution.splitlines()[region.first : region.last - 1]]
    lines = list(itertools.takewhile(lambda line: line.startswith("# "), body))
    assert 1 <= len(lines) <= 3
    remark = reference_text.remark(exercise)
    assert " ".join(line.removeprefix("# ") for line in lines) == f"Why so: {remark}"
    assert remark.endswith(".")


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
def test_a_shown_solution_is_the_marked_one_without_its_marks_and_its_remark(exercise):
    solution, _ = texts(syllabus.load().lecture(exercise.module))
    whole = splice.function_text(solution, exercise.attribute, "solutions")
    shown = reference_text.function(exercise)
    assert ast.dump(ast.parse(shown)) == ast.dump(ast.parse(whole))
    left_out = [line for line in whole.splitlines() if line not in shown.splitlines()]
    first, *remark, last = (line.strip() for line in left_out)
    assert (first, last) == ("### BEGIN SOLUTION", "### END SOLUTION")
    said = " ".join(line.removeprefix("# ") for line in remark)
    assert said == f"Why so: {reference_text.remark(exercise)}"


def test_the_scaffolds_are_the_only_modules_on_top_of_the_students_package():
    top = {p.stem for p in (COURSE / "course_lib").glob("*.py")} - {"__init__"}
    assert top == {lecture.module for lecture in LECTURES}
    assert top == {p.stem for p in (COURSE / "solutions").glob("*.py")} - {"__init__"}


@EACH
def test_every_module_imports_what_students_are_used_to(lecture):
    _, scaffold = texts(lecture)
    names = {
        alias.asname or alias.name
        for node in ast.parse(scaffold).body
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    assert {"F", "Tensor", "math", "nn", "torch"} <= names
