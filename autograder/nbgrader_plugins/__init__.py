"""The plug-ins that `nbgrader_config.py` names, with which nbgrader's commands grade this course.

| class | replaces or joins | does |
|---|---|---|
| `release_files.AddScaffold` | joins `generate_assignment` | adds `course_lib/NAME.py` |
| `what_you_get.ShowWhatYouGet` | joins `generate_assignment` | results of trained models, folded |
| `lms_collect.LmsExtractor`, `LmsCollector` | `zip_collect`'s | Moodle's and Canvas's downloads |
| `exchange.CollectWithoutLinks` | `collect`'s | no links out of the exchange |
| `submission_exporter.SubmissionExporter` | `autograde`'s reader | unreadable notebooks |
| `rebuild_notebook.RebuildNotebook` | `DeduplicateIds` | deleted, doubled and edited cells |
| `intake.untrusted.CleanStudentContent` | `ClearOutput` | keeps the student's outputs, harmless |
| `grade_cells.GradeCells` | `Execute` | asks the journal and the grading engine |
| `late_policy.CoursePolicy` | `AssignLatePenalties`'s plug-in | `course.toml`'s rule, extensions |
| `csv_export.SafeCsvExport` | `export`'s | no cell is a formula |
"""
