"""Grades a whole class through the engine, into nbgrader's gradebook.

| module | does |
|---|---|
| `fingerprint` | what else a grade depends on: checks, cases, solution, settings |
| `journal` | remembers every finished grade, whatever kills the run |
| `engine_main`, `engine_process` | the process of an engine, and its parent's handle on it |
| `executors` | who grades: processes on this machine, or the workers of a Dask cluster |
| `rendering` | the autograded notebook |
| `gradebook` | the only writer of grades |
| `coordinator` | the run: from `submitted/` to the gradebook |
| `command`, `output` | `autograder grade` |
"""
