"""The ground floor, without torch: the syllabus, the student's state and progress, the zip."""
