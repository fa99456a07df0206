"""What comes after grading: the class report and the search for similar submissions."""
