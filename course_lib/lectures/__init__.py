"""The public half of each lecture: its checks, its widgets, what its notebook is given.

One folder a lecture, named as its module. The platform finds them by that name and imports none.
`$COURSE_ROOT` names the folder of another course, whose lectures then are here in their place.
"""

from course_lib.course.syllabus import root as _root

_course = _root()
if _course:
    __path__[:] = [str(_course / "course_lib" / "lectures")]
