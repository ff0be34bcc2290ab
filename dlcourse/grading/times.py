"""The time at which something was handed in, read as it was meant or not at all."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

LONGEST = 100  # letters of a time
DAY_FIRST = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}\b")  # wherever dots are written
YEAR_FIRST = re.compile(r"\d{4}")  # then comes the month
JOINED = re.compile(r"(\d{4}-\d\d-\d\d)-(\d\d)-(\d\d)-(\d\d)")  # Blackboard's
CLOCK = re.compile(r"\b(\d{1,2})(\d\d) ([AP]M)\b")  # Brightspace's: 1105 PM, 105 PM
REGION = re.compile(r"(.+) ([A-Z][A-Za-z]+(?:/[A-Z][\w+-]+)+)")  # nbgrader's: Europe/Berlin
DEFAULTS = (datetime(2001, 1, 1), datetime(2004, 12, 31))  # what differs was not said


def read_time(text, zone=UTC):
    """Read a time as somebody wrote it.

    Parameters
    ----------
    text : str
        Such as ``2026-10-05 23:58:00 UTC``, ``05.10.2026 23:58``, ``Oct 5, 2026 1158 PM``.
    zone : tzinfo
        Where it was written, if it does not say.

    Returns
    -------
    datetime
        With its zone.

    Raises
    ------
    ValueError
        If it says no day, could be two days, or names a zone that is not `zone` at that time.
    """
    from dateutil import parser

    plain = text.strip()
    if len(plain) > LONGEST:
        raise ValueError("it is too long for a time")
    if named := REGION.fullmatch(plain):
        plain, zone = named[1], region(named[2])
    days_first = [True] * (not YEAR_FIRST.match(plain)) + [False] * (not DAY_FIRST.match(plain))
    plain = JOINED.sub(r"\1 \2:\3:\4", CLOCK.sub(r"\1:\2 \3", plain))
    names = []

    def zones(name, offset):
        names.append(name)
        return offset  # a name alone is looked at below

    try:
        found = {
            parser.parse(plain, dayfirst=first, default=default, tzinfos=zones)
            for first in days_first
            for default in DEFAULTS
        }
    except (ValueError, OverflowError, TypeError):
        raise ValueError(f"{plain!r} is no time") from None
    if len(found) > 1:
        raise ValueError(f"{plain!r} says no day, or may mean two")
    time = found.pop()
    return time if time.tzinfo else _placed(time, zone, names[0])


def region(name):
    """Give a time zone by its name, such as Europe/Berlin; raise `ValueError` if there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name} is no time zone; one is named like Europe/Berlin") from None


def _placed(time, zone, name):
    """Put a time without an offset into a zone, which must have the name that the time gives."""
    placed = time.replace(tzinfo=zone)
    if name and placed.tzname() != name:
        raise ValueError(f"{time} is in {name}, which is not what {zone} calls its time then")
    return placed


def read_timestamp(file):
    """Read nbgrader's timestamp.txt beside a submission, as nbgrader reads times; None if there is
    none that says one."""
    stamp = file.parent / "timestamp.txt"
    try:
        if not stamp.is_file():  # a pipe would be waited for without end
            return None
        with stamp.open("rb") as opened:
            text = opened.read(100).decode()
        return f"{read_time(text).astimezone(UTC):%Y-%m-%d %H:%M:%S.%f} UTC"
    except (OSError, ValueError, OverflowError):
        return None
