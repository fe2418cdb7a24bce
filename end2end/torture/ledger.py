"""The book that decides: what the server has acknowledged, kept outside of it.

Every line is on disk before the harness goes on. Of each thing (export, connection, source, run) the book knows
the states it may be in: one after an acknowledged change; that and the wanted one after a change whose answer was
lost. Whatever the server shows must be one of them, and its version never goes back.
"""

import json
import os
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field


@dataclass
class State:
    """What a thing looks like. A version of None is not known yet: the one after the acknowledged one."""

    version: int | None
    fields: dict | None  # None: removed

    def matches(self, version, fields):
        return self.fields == fields and (self.version is None or fields is None or self.version == version)


@dataclass
class Thing:
    kind: str
    id: str
    states: list[State]
    seen: int = 0
    # Facts besides its state that the checks want, such as when its schedule began.
    facts: dict = field(default_factory=dict)

    @property
    def state(self):
        """The acknowledged or observed one."""
        return self.states[0]

    @property
    def is_removed(self):
        return len(self.states) == 1 and self.state.fields is None


class Ledger:
    """All things, what was wrong with them, and the file that proves it."""

    def __init__(self, path):
        self.path = path
        self.things: dict[str, dict[str, Thing]] = defaultdict(dict)
        # Creations whose answer was lost: (kind, name) to the fields that were wanted.
        self.unanswered: dict[tuple[str, str], dict] = {}
        # Starts of runs whose answer was lost, by export.
        self.unanswered_runs: dict[str, int] = {}
        self.wrong: list[str] = []
        self._lock = threading.RLock()
        self._file = open(path, "ab")

    def close(self):
        self._file.close()

    def write(self, what, **facts):
        """One line, on disk when this returns."""
        with self._lock:
            line = json.dumps({"at": round(time.time(), 6), "what": what, **facts})
            self._file.write(line.encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())

    def complain(self, text):
        """Notes something wrong, once."""
        with self._lock:
            if text not in self.wrong:
                self.wrong.append(text)
                self.write("wrong", text=text)

    def retract(self, known):
        """Takes back what was noted after the first `known`: it was looked at at a bad moment."""
        with self._lock:
            if len(self.wrong) > known:
                self.write("retracted", count=len(self.wrong) - known)
                del self.wrong[known:]

    def of(self, kind):
        """The things of a kind that are not known to be removed."""
        with self._lock:
            return [thing for thing in self.things[kind].values() if not thing.is_removed]

    def get(self, kind, id):
        return self.things[kind].get(id)

    def created(self, kind, id, version, fields, **facts):
        """The server has acknowledged a new thing."""
        with self._lock:
            self.write("created", kind=kind, id=id, version=version, fields=fields, facts=facts)
            if id in self.things[kind]:
                self.complain(f"{kind} {id} was created twice")
            thing = Thing(kind, id, [State(version, fields)], version or 0, facts)
            self.things[kind][id] = thing
            self.unanswered.pop((kind, fields.get("name")), None)
            return thing

    def changed(self, thing, version, fields):
        """The server has acknowledged a change; `fields` None: a removal."""
        with self._lock:
            self.write("changed", kind=thing.kind, id=thing.id, version=version, fields=fields)
            thing.states = [State(version, fields)]
            thing.seen = max(thing.seen, version or 0)

    def lost(self, thing, fields):
        """The answer to a change was lost: it may have been made, or be made yet."""
        with self._lock:
            self.write("lost", kind=thing.kind, id=thing.id, fields=fields)
            thing.states.append(State(None, fields))

    def lost_creation(self, kind, fields):
        with self._lock:
            self.write("lost", kind=kind, fields=fields)
            self.unanswered[kind, fields["name"]] = fields

    def lost_run(self, export):
        with self._lock:
            self.write("lost", kind="run", export=export)
            self.unanswered_runs[export] = self.unanswered_runs.get(export, 0) + 1

    def answered_run(self, export):
        """The lost answer came at last."""
        with self._lock:
            self.write("answered", kind="run", export=export)
            self.unanswered_runs[export] -= 1

    def observe(self, thing, version, fields):
        """Compares what the server shows (None: it shows nothing) with the book; then that is its state."""
        with self._lock:
            found = next((state for state in thing.states if state.matches(version, fields)), None)
            if found is None:
                expected = " or ".join(f"version {state.version} {state.fields}" for state in thing.states)
                self.complain(f"{thing.kind} {thing.id} is version {version} {fields}, acknowledged was {expected}")
                found = State(version, fields)
            if fields is not None and version is not None:
                if version < thing.seen:
                    self.complain(f"{thing.kind} {thing.id} went back from version {thing.seen} to {version}")
                thing.seen = max(thing.seen, version)
            is_news = found is not thing.states[0]
            if is_news:
                self.write("observed", kind=thing.kind, id=thing.id, version=version, fields=fields)
            # A change that waits in a server that stands still is refused once the version has moved.
            has_moved = is_news and version != thing.state.version
            later = [] if has_moved else [state for state in thing.states[1:] if state is not found]
            thing.states = [State(version, fields), *later]

    def settle(self):
        """Nothing is under way any more: what was not seen by now was not done."""
        with self._lock:
            for things in self.things.values():
                for thing in things.values():
                    del thing.states[1:]
            self.unanswered.clear()
