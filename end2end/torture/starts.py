"""The starts of a schedule, computed here and not by the server, and the rule of product.md §4 about late and
missed ones: of several overdue starts the newest runs unless it is too late, the others are one entry.

Zones are those without seasons: the harness moves the clock over months.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

ZONES = {"UTC": timedelta(0), "Asia/Kolkata": timedelta(hours=5, minutes=30)}
# Work that is a little late is not late: the planner looks every half minute.
NEVER_LATE = 5 * 60
# Between the planner's look at the clock and the time that it writes, when it was stopped or cut off in between.
GRACE = 90
MICROS = 1_000_000


def instant(text):
    """Microseconds of an RFC 3339 instant."""
    seconds = datetime.fromisoformat(text)
    return (seconds - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def written(micros):
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)).isoformat()


def starts(schedule, after, until):
    """All starts after one instant and not after another one, in microseconds."""
    minute = 60 * MICROS
    offset = int(ZONES[schedule["time_zone"]].total_seconds()) * MICROS
    at = (after // minute + 1) * minute
    found = []
    while at <= until:
        wall = (at + offset) // minute
        if _starts_at(schedule, wall % 60, wall // 60 % 24):
            found.append(at)
        at += minute
    return found


def _starts_at(schedule, minute, hour):
    match schedule["recurrence"]:
        case "cron":
            field = schedule["cron"].split(" ", 1)
            if field[1] != "* * * *":
                raise ValueError(f"not a schedule of this harness: {schedule}")
            return field[0] == "*" or minute % int(field[0].removeprefix("*/")) == 0
        case "hourly":
            first = int(schedule["from"][:2])
            return minute == int(schedule["from"][3:]) and (hour - first) % (schedule.get("every") or 1) == 0
        case "daily":
            return f"{hour:02}:{minute:02}" in schedule["times"]
    raise ValueError(f"not a schedule of this harness: {schedule}")


@dataclass
class Entry:
    """A run of a schedule as the server lists it."""

    id: str
    status: str
    scheduled_for: int
    queued_at: int
    # Of a missed one.
    count: int = 1
    first: int = 0

    @property
    def covers(self):
        return (self.first, self.scheduled_for) if self.status == "missed" else (self.scheduled_for, self.scheduled_for)


def account(schedule, since, now, latest, entries, jumps):
    """What is wrong with the entries of an export that had this schedule since an instant.

    `now`: all starts up to here must be there; `latest`: later ones up to here may, since the clock was there once.
    `jumps`: instants that a clock was set to; what was planned just then may have looked at the clock before.
    """
    wrong = []
    expected = starts(schedule, since, latest)
    places = {at: place for place, at in enumerate(expected)}
    covered = {}
    for entry in entries:
        first, last = entry.covers
        if first not in places or last not in places:
            wrong.append(f"run {entry.id} is for {written(first)}, which is no start")
            continue
        span = expected[places[first] : places[last] + 1]
        if entry.status == "missed" and len(span) != entry.count:
            wrong.append(f"run {entry.id} says that {entry.count} starts were missed where there were {len(span)}")
        for at in span:
            covered.setdefault(at, []).append(entry)
        wrong += _late(schedule, expected, places[last], entry, jumps)
    for at in expected:
        found = covered.get(at, [])
        if len(found) > 1:
            wrong.append(f"the start {written(at)} has {len(found)} entries: {[entry.id for entry in found]}")
        if not found and at <= now:
            wrong.append(f"the start {written(at)} is lost")
    return wrong


def _late(schedule, expected, place, entry, jumps):
    """The newest overdue start runs, unless its window has passed."""
    if any(0 <= entry.queued_at - jump < GRACE * MICROS for jump in jumps):
        return []
    at, grace = expected[place], GRACE * MICROS
    late = entry.queued_at - at
    window = max(schedule.get("catch_up_hours", 24) * 3600, NEVER_LATE) * MICROS
    following = expected[place + 1] if place + 1 < len(expected) else None
    if entry.status == "missed":
        may_be_older = following is not None and following <= entry.queued_at + grace
        if not may_be_older and late < window - grace:
            return [f"run {entry.id} was missed only {late / MICROS:.0f} s after its start"]
    elif following is not None and following <= entry.queued_at - grace:
        return [f"run {entry.id} started for {written(at)} when {written(following)} had come"]
    elif late >= window + grace:
        return [f"run {entry.id} started {late / MICROS:.0f} s late"]
    return []
