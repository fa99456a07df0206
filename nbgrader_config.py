"""nbgrader's settings for this course. Every stock command is run from this folder.

nbgrader falls back to its own settings when this file raises, and would then execute students' code
in a kernel and give full marks for cells it does not understand. So a missing grader ends the
command instead.
"""

import os
import sys
import tomllib
from pathlib import Path

try:
    import autograder.nbgrader_plugins  # noqa: F401
except ImportError as error:
    sys.exit(f"nbgrader_config.py: {error}; install the grader: pip install -e . -e ./autograder")

# nbgrader starts `alembic` by name to make the gradebook, also where no environment is activated.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

root = Path(__file__).resolve().parent
with (root / "course.toml").open("rb") as file:
    course = tomllib.load(file)

c = get_config()
plugins = "autograder.nbgrader_plugins"
stock = "nbgrader.preprocessors"

# Folders. The reviewed sources are Markdown beside the notebooks and are not released.
c.CourseDirectory.root = str(root)
c.CourseDirectory.course_id = course["course"]["id"]
c.CourseDirectory.source_directory = "notebooks"
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "*.md", "*.zip"
]  # fmt: skip

# The exchange, for courses on one JupyterHub: a folder that students may write into. Set it here
# or with `nbgrader … --Exchange.root=/srv/exchange`.
# c.Exchange.root = "/srv/nbgrader/exchange"
c.ExchangeFactory.collect = f"{plugins}.exchange.CollectWithoutLinks"

# Release: nbgrader's own steps, what the reference got of a cell, and the lecture's scaffold.
c.GenerateAssignment.preprocessors = [
    f"{stock}.IncludeHeaderFooter",
    f"{stock}.LockCells",
    f"{stock}.ClearSolutions",
    f"{plugins}.what_you_get.ShowWhatYouGet",
    f"{stock}.ClearOutput",
    f"{stock}.CheckCellMetadata",
    f"{stock}.ComputeChecksums",
    f"{stock}.SaveCells",
    f"{stock}.ClearHiddenTests",
    f"{stock}.ClearMarkScheme",
    f"{stock}.ComputeChecksums",
    f"{stock}.CheckCellMetadata",
    f"{plugins}.release_files.AddScaffold",
]

# Downloads from Moodle and Canvas go into `downloaded/02_name/archive/`, for
# `nbgrader zip_collect 02_name`.
c.ZipCollectApp.extractor_plugin = f"{plugins}.lms_collect.LmsExtractor"
c.ZipCollectApp.collector_plugin = f"{plugins}.lms_collect.LmsCollector"

# Grading. Students' cells are not executed: the engine checks the handed-in module, and its result
# is written into the graded cells. All other cells keep the student's own outputs.
c.Autograde.exporter_class = f"{plugins}.submission_exporter.SubmissionExporter"
c.Autograde.exclude_overwriting = {
    lecture["id"]: [f"course_lib/{lecture['module']}.py"] for lecture in course["lecture"]
}
c.Autograde.sanitize_preprocessors = [
    f"{plugins}.rebuild_notebook.RebuildNotebook",
    "autograder.intake.untrusted.CleanStudentContent",
    f"{stock}.OverwriteKernelspec",
    f"{stock}.OverwriteCells",
    f"{stock}.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    f"{plugins}.grade_cells.GradeCells",
    f"{stock}.LimitOutput",
    f"{stock}.SaveAutoGrades",
    f"{stock}.AssignLatePenalties",
    f"{stock}.CheckCellMetadata",
]
# What handing in late costs stands in course.toml, [grading.late]; extensions in extensions.csv.
c.AssignLatePenalties.plugin_class = f"{plugins}.late_policy.CoursePolicy"
c.CoursePolicy.course_file = str(root / "course.toml")

# The one line that says what grades, here and in `autograder grade`.
c.GradeCells.engine_class = "autograder.sandbox.engine.SandboxedEngine"

# Wall-clock limits. An endless loop costs the exercise that it is in, not the others.
c.Engine.seconds_per_submission = 300
c.Engine.seconds_per_exercise = 60

# `nbgrader export`: a student called "=1+1" is a name and no formula.
c.ExportApp.plugin_class = f"{plugins}.csv_export.SafeCsvExport"

# The gradebook is an SQLite file, gradebook.db, unless another database is named (docs/grading.md).
# c.CourseDirectory.db_url = "postgresql+psycopg://grader@db.example.org/gradebook"
