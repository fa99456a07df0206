"""Grades a whole class through the engine, into nbgrader's gradebook.

| module | does |
|---|---|
| `ingest` | takes in what students handed in: regular, listed files of a sane size |
| `fingerprint` | what else a grade depends on: checks, cases, solution, settings |
| `journal` | remembers every finished grade, whatever kills the run |
| `host`, `hosting` | the process that an engine runs in, and its parent's handle on it |
| `crew` | who grades: one process, several on this machine, or a Dask cluster |
| `rendering` | the autograded notebook |
| `gradebook` | the only writer of grades |
| `coordinator` | the run: from `submitted/` to the gradebook |
| `command`, `show` | `autograder grade` |
"""
