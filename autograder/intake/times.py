"""Times as people and LMSs write them, in UTC without a zone as nbgrader keeps them."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import dateutil.parser

from autograder.errors import CourseError

__all__ = ["in_utc", "stamp"]


def in_utc(text: str, time_zone: str) -> datetime:
    """A time in UTC.

    Args:
        text: "2026-03-05 23:59", "2026-03-05T23:59+01:00", "Thursday, 5 March 2026, 11:59 PM".
        time_zone: of a text that does not name its own, such as "Europe/London".

    Raises:
        ValueError: it is no date with a time.
        CourseError: there is no such time zone.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # of a time zone that nobody knows
            # The two defaults differ everywhere: what the text leaves open shows.
            one, other = (
                dateutil.parser.parse(text, default=datetime(*default))
                for default in ((2000, 1, 1, 0, 0), (2001, 2, 2, 1, 1))
            )
    except (OverflowError, TypeError, Warning) as error:
        raise ValueError(f"{text!r} is no time") from error
    if one != other:
        raise ValueError(f"{text!r} leaves a part of the date or the time open")
    if one.tzinfo is None:
        one = one.replace(tzinfo=_zone(time_zone))
    return one.astimezone(UTC).replace(tzinfo=None)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise CourseError(
            f"course.toml: time_zone is {name!r}; a name such as Europe/London is expected"
        ) from error


def stamp(when: datetime) -> str:
    """The text of a `timestamp.txt`: nbgrader reads the zone, too."""
    return f"{when:%Y-%m-%d %H:%M:%S} UTC\n"
