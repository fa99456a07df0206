"""Tools for the time after grading: the class report and the search for similar submissions."""
