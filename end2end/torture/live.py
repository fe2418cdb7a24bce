"""Whether what changes at one server is heard at the others. Each has a listener at its `/events`, as a page has one.

A change that a server acknowledged must be told there (by a hint, or by `resync`, which makes a page fetch everything)
while that stream lasts: within a second of the answer for 99 of 100 changes, and within ten for every one. What a
listener could not hear because its own server was struck does not count.
"""

import bisect
import http.client
import json
import threading
import time
import urllib.request
from dataclasses import dataclass

WITHIN = 1.0
LOST_AFTER = 10.0
# Fewer say nothing about one of a hundred.
ENOUGH = 100
# How long a server may take to hear the others again: it asks a silent connection, gives it up, opens another.
RECOVERS_WITHIN = 25.0
# The server sends something every ten seconds.
PATIENCE = 30

EXCUSED, LOST = "excused", "lost"


@dataclass
class Hint:
    at: float
    kind: str
    id: str
    version: int


@dataclass
class Change:
    """What was asked and acknowledged when, and by which server. A version of None: whichever it is."""

    kind: str
    id: str
    version: int | None
    asked: float
    answered: float
    server: int

    def is_told_by(self, hint):
        if hint.kind == "resync":
            return True
        is_it = hint.kind == self.kind and hint.id in ("", self.id)
        return is_it and (not hint.id or self.version is None or hint.version >= self.version)


class Ear(threading.Thread):
    """Listens to one server for as long as it takes, and knows when it could hear."""

    def __init__(self, node):
        super().__init__(daemon=True)
        self.node = node
        self.hints = []
        # From when until when it could; the last may still last.
        self.sessions = []
        self._is_connected, self._is_struck, self._hears_from = False, False, 0.0
        self._lock = threading.Lock()
        self._end = threading.Event()

    def run(self):
        while not self._end.wait(0.02):
            address = self.node.address
            if address is None:
                continue
            try:
                self._listen(address)
            except (OSError, http.client.HTTPException):
                pass  # It was killed, or is not there yet.
            self._connected(False)

    def _listen(self, address):
        headers = {"authorization": f"Bearer {self.node.token}", "accept": "text/event-stream"}
        request = urllib.request.Request(f"{address}/events", headers=headers)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            self._connected(True)
            name, data = "message", ""
            for line in answer:
                field, _, value = line.decode().rstrip("\n").partition(":")
                if field == "event":
                    name = value.strip()
                elif field == "data":
                    data = value.strip()
                elif not field and not value:
                    self.hear(name, data)
                    name, data = "message", ""
                if self._end.is_set():
                    return

    def hear(self, name, data):
        at = time.monotonic()
        if name == "resync":
            hint = Hint(at, "resync", "", 0)
        elif name == "message" and data:
            told = json.loads(data)
            hint = Hint(at, told["kind"], told["id"], told["version"])
        else:
            return
        with self._lock:
            self.hints.append(hint)

    def _connected(self, is_connected):
        with self._lock:
            self._is_connected = is_connected
            self._end_session() if not is_connected else self._begin_session()

    def _begin_session(self):
        if self._is_connected and not self._is_struck:
            self.sessions.append([max(time.monotonic(), self._hears_from), None])

    def _end_session(self):
        if self.sessions and self.sessions[-1][1] is None:
            self.sessions[-1][1] = time.monotonic()

    def struck(self):
        """Its server is kept from working, although the stream may last."""
        with self._lock:
            self._is_struck = True
            self._end_session()

    def healed(self, recovers_within):
        with self._lock:
            self._is_struck = False
            self._hears_from = time.monotonic() + recovers_within
            self._begin_session()

    def verdict(self, change, now):
        """Seconds from the answer to the hint, `EXCUSED`, `LOST`, or None: it may still come."""
        with self._lock:
            over = (one for one in self.sessions if one[0] <= change.asked and (one[1] or now) >= change.asked)
            session = next(over, None)
            if session is None:
                return EXCUSED
            until = session[1]
            for hint in self.hints[bisect.bisect_left(self.hints, change.asked, key=lambda hint: hint.at) :]:
                if until is not None and hint.at > until:
                    break
                if change.is_told_by(hint):
                    late = max(0.0, hint.at - change.answered)
                    return late if late <= LOST_AFTER else LOST
        if until is not None and until < change.answered + LOST_AFTER:
            return EXCUSED
        return LOST if now > change.answered + LOST_AFTER else None

    def forget(self, before):
        """What no change that is still open can be told by."""
        with self._lock:
            del self.hints[: bisect.bisect_left(self.hints, before, key=lambda hint: hint.at)]
            self.sessions = [one for one in self.sessions if one[1] is None or one[1] >= before]

    def end(self):
        self._end.set()


class Live:
    """All listeners, and the changes that they are to hear of."""

    def __init__(self, nodes, ledger, is_brief=True):
        self.ledger, self.is_brief = ledger, is_brief
        self.ears = [Ear(node) for node in nodes]
        # Seconds from answers to hints, and how many could not be heard or were not, of how many that were to be.
        self.waits, self.excused, self.lost, self.due = [], 0, 0, 0
        self._open = []
        self._lock = threading.Lock()

    def start(self):
        for ear in self.ears:
            ear.start()
        return self

    def acknowledged(self, node, kind, id, version, asked):
        """A server has answered this very moment; all the others are to hear of it."""
        change = Change(kind, id, version, asked, time.monotonic(), node.number)
        with self._lock:
            due = [(change, ear) for ear in self.ears if ear.node is not node]
            self._open += due
            self.due += len(due)

    def struck(self, nodes):
        for ear in self.ears:
            if ear.node in nodes:
                ear.struck()

    def healed(self, nodes, recovers_within=RECOVERS_WITHIN):
        for ear in self.ears:
            if ear.node in nodes:
                ear.healed(recovers_within)

    def look(self):
        """Decides what can be decided by now."""
        with self._lock:
            opened, self._open = self._open, []
        left, now = [], time.monotonic()
        for change, ear in opened:
            verdict = ear.verdict(change, now)
            if verdict is None:
                left.append((change, ear))
            elif verdict == EXCUSED:
                self.excused += 1
            elif verdict == LOST:
                self.lost += 1
                what = f"{change.kind} {change.id} in version {change.version}"
                told = f"which server {change.server} acknowledged {now - change.answered:.1f} s ago"
                self.ledger.complain(f"{what}, {told}, was not heard at server {ear.node.number}")
            else:
                self.waits.append(verdict)
        with self._lock:
            self._open = left + self._open
            before = min((change.asked for change, _ in self._open), default=now)
        for ear in self.ears:
            ear.forget(before)

    def finish(self):
        """Waits for what is still to come, and says so if too much came late, or too little was heard to tell."""
        deadline = time.monotonic() + LOST_AFTER + 1
        self.look()
        while self._open and time.monotonic() < deadline:
            time.sleep(0.05)
            self.look()
        for ear in self.ears:
            ear.end()
        heard = len(self.waits)
        # Of a brief round, one of whatever there was.
        needed = min(1, self.due) if self.is_brief else ENOUGH
        if heard < needed:
            self.ledger.complain(f"of {self.due} changes only {heard} were heard: fewer than {needed} say nothing")
        late = self.percentile(99)
        if heard >= ENOUGH and late > WITHIN:
            self.ledger.complain(f"one of a hundred changes was heard only {late:.2f} s after the answer")

    def percentile(self, percent):
        waits = sorted(self.waits)
        return waits[min(len(waits) * percent // 100, len(waits) - 1)] if waits else 0.0

    def figures(self):
        return {
            "due": self.due,
            "heard": len(self.waits),
            "p50_ms": round(self.percentile(50) * 1000),
            "p99_ms": round(self.percentile(99) * 1000),
            "longest_ms": round(max(self.waits, default=0) * 1000),
            "lost": self.lost,
            "listener_was_struck": self.excused,
        }
