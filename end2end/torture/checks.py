"""Compares the book with what the servers show and what lies at the destination: a look after each strike, and
everything once all is quiet."""

import json
import time
import uuid
from collections import Counter

from commands import PATHS, shown
from starts import Entry, account, instant

UNFINISHED = ("queued", "processing", "retrying", "held")
# What may fail a run that was struck: its attempts are used up by kills, or the disk stayed full.
MAY_FAIL = {"attempts_used_up", "worker_lost"}
PASSING = {"destination_no_space", "no_space", "storage_full"}
# Longer than all waits between attempts.
QUIET_WITHIN = 900
SWEPT_WITHIN = 60
TRIES = 5


class Checks:
    def __init__(self, cluster, ledger, commands, destination):
        self.cluster, self.ledger = cluster, ledger
        self.commands, self.destination = commands, destination
        # Where clocks were set to, and the latest that one has shown; seconds since 1970.
        self.jumps = []
        self.latest = 0.0
        self.may_fail = set(MAY_FAIL)
        self.ended = {}
        self.failures = {}
        # How many starts of steady exports were accounted for.
        self.starts = 0
        # How many servers were killed: each may have been testing a connection for a command, and one by itself.
        self.killed = 0
        self._waybills = set()

    def jumped(self, before, after):
        """A clock was moved."""
        self.ledger.write("clock", before=before, after=after)
        self.jumps.append(after)
        self.latest = max(self.latest, before, after)

    def tolerate_passing_errors(self):
        """Where disks are full or the database is away, a run may give up after its last attempt."""
        self.may_fail |= PASSING

    def under_way(self):
        """The destinations that something is delivered to at this moment, by name, each once."""
        connections = (self.ledger.get("connection", id) for id in self.cluster.under_way())
        return {self.commands.spot_of(connection) for connection in connections if connection is not None}

    def after_strike(self):
        """What must hold at any moment."""
        for text in self.destination.look(settled=False):
            self.ledger.complain(text)
        node = self.cluster.able()[0]
        for kind in ("connection", "source", "export", "system"):
            for thing in self.ledger.of(kind):
                self.commands.look(node, thing)

    def when_quiet(self):
        """Waits until all runs have ended, then everything must add up."""
        node = self.cluster.able()[0]
        # Every planner looks now, and not in half a minute.
        for other in self.cluster.able():
            self._poke(other)
        for _ in range(TRIES):
            runs = self._wait(node)
            if runs is None:
                return
            known = len(self.ledger.wrong)
            self._everything(node, runs)
            if self._list(node, "/runs").keys() == runs.keys():
                return
            # A minute began while we looked, and schedules started what was not in the picture.
            self.ledger.retract(known)
        self.ledger.complain(f"it did not stay quiet in {TRIES} looks")

    def _everything(self, node, runs):
        self._adopt(node)
        self.after_strike()
        self.ledger.settle()
        self._wait_for_sweeps()
        self._runs(runs)
        self._starts(runs)
        for text in self.destination.look(settled=True):
            self.ledger.complain(text)
        self._tests()
        self._deliveries(node, runs)
        for other in self.cluster.able():
            if not other.is_ready():
                self.ledger.complain(f"server {other.number} is not ready when all is quiet")

    def _tests(self):
        """Who tests a connection removes what it wrote, unless it is killed in between."""
        left = self.destination.tests_left
        if left > 2 * self.killed:
            self.ledger.complain(f"{left} tests of connections left something, {self.killed} servers were killed")

    @staticmethod
    def _poke(node):
        """A change of no export: it changes nothing, and wakes the planner."""
        node.call("POST", "/exports/schedule", {"ids": [str(uuid.uuid4())], "mode": "keep", "enabled": False})

    def _list(self, node, path):
        found, cursor = {}, ""
        while True:
            page = node.call("GET", f"{path}{'&' if '?' in path else '?'}limit=200{cursor}")
            for item in page["items"]:
                if item["id"] in found:
                    self.ledger.complain(f"{path} lists {item['id']} twice")
                found[item["id"]] = item
            if page["next_cursor"] is None:
                return found
            cursor = f"&cursor={page['next_cursor']}"

    def _wait(self, node):
        """All runs, once none is unfinished for two looks in a row, and no refresh either."""
        deadline, calm = time.monotonic() + QUIET_WITHIN, 0
        open_ones = []
        while time.monotonic() < deadline:
            open_ones = [
                run for status in UNFINISHED for run in self._list(node, f"/runs?status={status}").values()
            ]
            at_work = [
                source["name"]
                for source in self._list(node, "/sources").values()
                if source["status"] in ("queued", "processing")
            ]
            calm = 0 if open_ones or at_work else calm + 1
            if calm == 2:
                return self._list(node, "/runs")
            time.sleep(0.3)
        for run in open_ones:
            self.ledger.complain(f"run {run['id']} is still {run['status']} after {QUIET_WITHIN} s: {run}")
        for name in at_work:
            self.ledger.complain(f"the source {name} is still being refreshed after {QUIET_WITHIN} s")
        return None

    def _wait_for_sweeps(self):
        """Until what ended runs left at their destinations was removed: servers see to it every few seconds."""
        deadline = time.monotonic() + SWEPT_WITHIN
        while count := self.cluster.unswept():
            if time.monotonic() > deadline:
                self.ledger.complain(f"{count} ended runs are not swept after {SWEPT_WITHIN} s")
                return
            time.sleep(0.2)

    def _adopt(self, node):
        """What was created although the answer was lost is ours; what nobody asked for is wrong."""
        for kind in ("export", "connection", "source"):
            names = {}
            for id, body in self._list(node, PATHS[kind]).items():
                if body["name"] in names:
                    self.ledger.complain(f"two of {kind} are named {body['name']}")
                names[body["name"]] = id
                if self.ledger.get(kind, id) is not None:
                    continue
                wanted = self.ledger.unanswered.get((kind, body["name"]))
                if wanted is None:
                    self.ledger.complain(f"nobody created the {kind} {body['name']}")
                    continue
                body = node.call("GET", f"{PATHS[kind]}/{id}")
                found = shown(kind, body)
                different = {key for key, value in wanted.items() if key != "schedule" and found[key] != value}
                if different:
                    self.ledger.complain(f"{kind} {body['name']} was created half: {sorted(different)}")
                self.ledger.created(kind, id, body["version"], found)

    def _runs(self, runs):
        """No acknowledged start is lost, none is there that nobody asked for, and what has ended stays."""
        strangers, failures = Counter(), Counter()
        for id, run in runs.items():
            known = self.ledger.get("run", id)
            if known is None and run["trigger"] in ("api", "person"):
                strangers[run["export_id"]] += 1
            if known is not None and known.state.fields["export_id"] != run["export_id"]:
                self.ledger.complain(f"run {id} is of another export")
            end = (run["status"], run["ended_at"], run["rows_written"], run["bytes"])
            if self.ended.setdefault(id, end) != end:
                self.ledger.complain(f"run {id} had ended {self.ended[id]} and is {end} now")
            if run["status"] == "failed":
                code = (run["status_reason"] or {}).get("code")
                failures[code] += 1
                if code not in self.may_fail:
                    reason = json.dumps(run["status_reason"])
                    self.ledger.complain(f"run {id} failed in attempt {run['attempt']}: {reason}")
        self.failures = dict(failures)
        for id in self.ledger.things["run"].keys() | self.ended.keys():
            if id not in runs:
                self.ledger.complain(f"the run {id} is lost")
        for export, count in strangers.items():
            if count > self.ledger.unanswered_runs.get(export, 0):
                asked = self.ledger.unanswered_runs.get(export, 0)
                said = f"export {export} has {count} runs beside the acknowledged ones"
                self.ledger.complain(f"{said}, unanswered were {asked}")

    def _starts(self, runs):
        """Every start of a schedule has one entry."""
        try:
            scheduled = self.cluster.scheduled()
        except RuntimeError as error:
            self.ledger.complain(f"cannot read the database: {error}")
            return
        entries = {}
        for id, run in runs.items():
            if scheduled.get(id) is None or run["trigger"] != "schedule":
                continue
            entry = Entry(id, run["status"], scheduled[id], instant(run["queued_at"]))
            if run["status"] == "missed":
                reason = run["status_reason"]["args"]
                entry.count, entry.first = int(reason["count"]), instant(reason["first"])
            entries.setdefault(run["export_id"], []).append(entry)
        now = min(node.now() for node in self.cluster.able())
        counts = {}
        for export, found in entries.items():
            for_start = [entry.scheduled_for for entry in found]
            if len(set(for_start)) != len(for_start):
                self.ledger.complain(f"export {export} has two runs for one start")
        for thing in self.ledger.of("export"):
            if thing.facts.get("steady"):
                # The planner may be at the start of this very minute.
                until = int((now - 45) * 1_000_000)
                latest = int(max(self.latest, now) * 1_000_000) + 1_000_000
                since = instant(thing.facts["since"])
                jumps = [int(jump * 1_000_000) for jump in self.jumps]
                found = entries.get(thing.id, [])
                counts[thing.id] = sum(entry.count for entry in found)
                for text in account(thing.state.fields["schedule"], since, until, latest, found, jumps):
                    self.ledger.complain(f"{thing.state.fields['name']}: {text}")
        self.starts = sum(counts.values())

    def _deliveries(self, node, runs):
        """Records, waybills and files say the same, and the sums are right."""
        records = {record.run: record for record in self.destination.records().values()}
        for id, record in records.items():
            status = runs[id]["status"] if id in runs else "unknown"
            if status not in ("successful", "completed_with_warnings"):
                self.ledger.complain(f"run {id} is published by {record.path}, but it is {status}")
        for id, run in runs.items():
            if run["status"] not in ("successful", "completed_with_warnings") or id in self._waybills:
                continue
            if id not in records:
                self.ledger.complain(f"run {id} is {run['status']}, but no record is at the destination")
                continue
            self._waybills.add(id)
            for text in self._waybill(node.call("GET", f"/runs/{id}/waybill"), records[id]):
                self.ledger.complain(f"run {id}: {text}")

    def _waybill(self, waybill, record):
        base = record.path.split("/", 1)[0] + "/"
        named = [file for task in waybill["tasks"] for file in task["files"]]
        said = sorted((base + file["path"], file["bytes"], file["sha256"]) for file in named)
        there = sorted((file["path"], file["bytes"], file["sha256"]) for file in record.files)
        if said != there:
            yield f"the waybill names {said}, the record {there}"
        for task in waybill["tasks"]:
            parts = ("written", "unchanged", "withheld", "rejected", "in_doubt")
            if task["rows_read"] != sum(task[f"rows_{part}"] for part in parts):
                yield f"the sum is wrong: {task}"
            if task["rows_written"] != sum(file["rows"] for file in task["files"]):
                yield f"the files have other rows than the waybill: {task}"
        ever = {rows for table in self.commands.tables.values() for rows in table.rows}
        for file in record.files:
            if not record.replaces:
                rows = record.where.rows(file["path"], record.run)
                if rows != file["rows"] or rows not in ever:
                    yield f"{file['path']} has {rows} whole rows, {file['rows']} were said"
