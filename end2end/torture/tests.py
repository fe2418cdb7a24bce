"""The harness can fail: each check is shown what it is there to find, and what it must let pass.

    python3 -m unittest discover -s end2end/torture -p "tests*.py"
"""

import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from checks import Checks  # noqa: E402
from commands import shown  # noqa: E402
from ledger import Ledger  # noqa: E402
from starts import MICROS, Entry, account, instant, starts  # noqa: E402
from tests_destinations import Delivered, InAFolder  # noqa: E402

NOON = instant("2026-11-25T12:00:00Z")
MINUTE, HOUR = 60 * MICROS, 3600 * MICROS
MINUTELY = {"recurrence": "cron", "cron": "* * * * *", "time_zone": "UTC", "catch_up_hours": 24}


def entry(minute, status="successful", late=1, **missed):
    at = NOON + minute * MINUTE
    return Entry(f"r{minute}", status, at, at + late * MICROS, **missed)


class TheLedger(InAFolder):
    def setUp(self):
        super().setUp()
        self.ledger = Ledger(self.folder / "ledger.jsonl")
        self.addCleanup(self.ledger.close)
        self.export = self.ledger.created("export", "1", 1, {"name": "a"})

    def assert_wrong(self, *parts):
        self.assertEqual(len(self.ledger.wrong), len(parts), self.ledger.wrong)
        for text, part in zip(self.ledger.wrong, parts, strict=True):
            self.assertIn(part, text)

    def test_what_was_acknowledged_is_on_disk(self):
        lines = [json.loads(line) for line in (self.folder / "ledger.jsonl").read_text().splitlines()]
        self.assertEqual([line["what"] for line in lines], ["created"])

    def test_what_is_as_acknowledged_is_right(self):
        self.ledger.observe(self.export, 1, {"name": "a"})
        self.assert_wrong()

    def test_what_was_looked_at_at_a_bad_moment_is_taken_back(self):
        self.ledger.complain("first")
        self.ledger.complain("second")
        self.ledger.retract(1)
        self.assert_wrong("first")

    def test_a_lost_change_is_found(self):
        self.ledger.changed(self.export, 2, {"name": "b"})
        self.ledger.observe(self.export, 1, {"name": "a"})
        self.assert_wrong("acknowledged was version 2", "went back from version 2")

    def test_a_lost_export_is_found(self):
        self.ledger.observe(self.export, None, None)
        self.assert_wrong("acknowledged was version 1")

    def test_a_removed_export_that_is_back_is_found(self):
        self.ledger.changed(self.export, None, None)
        self.ledger.observe(self.export, 1, {"name": "a"})
        self.assert_wrong("acknowledged was version None None")

    def test_a_change_whose_answer_was_lost_may_be_made_or_not(self):
        self.ledger.lost(self.export, {"name": "b"})
        self.ledger.observe(self.export, 1, {"name": "a"})
        self.ledger.observe(self.export, 2, {"name": "b"})
        self.assert_wrong()
        self.ledger.observe(self.export, 1, {"name": "a"})
        self.assert_wrong("acknowledged was version 2", "went back")

    def test_a_change_that_was_not_made_by_the_time_of_quiet_is_not_made_later(self):
        self.ledger.lost(self.export, {"name": "b"})
        self.ledger.settle()
        self.ledger.observe(self.export, 2, {"name": "b"})
        self.assert_wrong("acknowledged was version 1")


class TheStarts(unittest.TestCase):
    def wrong(self, entries, schedule=MINUTELY, minutes=3, jumps=()):
        until = NOON + minutes * MINUTE
        return account(schedule, NOON, until, until, entries, list(jumps))

    def assert_one(self, part, wrong):
        self.assertEqual(len(wrong), 1, wrong)
        self.assertIn(part, wrong[0])

    def test_starts_are_those_of_the_schedule(self):
        self.assertEqual(len(starts(MINUTELY, NOON, NOON + HOUR)), 60)
        hourly = {"recurrence": "hourly", "from": "00:00", "every": 1, "time_zone": "Asia/Kolkata"}
        self.assertEqual(starts(hourly, NOON, NOON + HOUR), [NOON + HOUR // 2])
        daily = {"recurrence": "daily", "times": ["12:05", "13:00"], "time_zone": "UTC"}
        self.assertEqual(starts(daily, NOON, NOON + HOUR), [NOON + 5 * MINUTE, NOON + HOUR])

    def test_one_entry_for_each_start_is_right(self):
        self.assertEqual(self.wrong([entry(1), entry(2, "failed"), entry(3, "skipped")]), [])

    def test_a_lost_start_is_found(self):
        self.assert_one("12:02:00+00:00 is lost", self.wrong([entry(1), entry(3)]))

    def test_a_doubled_start_is_found(self):
        self.assert_one("has 2 entries", self.wrong([entry(1), entry(2), entry(2), entry(3)]))

    def test_a_start_that_was_run_and_missed_is_found(self):
        missed = entry(3, "missed", count=3, first=NOON + MINUTE)
        wrong = self.wrong([entry(1), missed, entry(4)], minutes=4)
        self.assert_one("has 2 entries", wrong)

    def test_a_run_for_no_start_is_found(self):
        stray = Entry("stray", "successful", NOON + MINUTE // 2, NOON + MINUTE)
        self.assert_one("which is no start", self.wrong([entry(1), stray, entry(2), entry(3)]))

    def test_one_entry_may_cover_what_was_missed_before_the_newest(self):
        missed = entry(599, "missed", late=61, count=599, first=NOON + MINUTE)
        self.assertEqual(self.wrong([missed, entry(600)], minutes=600), [])

    def test_a_wrong_count_is_found(self):
        missed = entry(599, "missed", late=61, count=598, first=NOON + MINUTE)
        self.assert_one("says that 598 starts were missed", self.wrong([missed, entry(600)], minutes=600))

    def test_an_old_start_that_ran_instead_of_the_newest_is_found(self):
        late = [entry(1, late=600), *(entry(minute) for minute in range(2, 12))]
        self.assert_one("when 2026-11-25T12:02:00+00:00 had come", self.wrong(late, minutes=11))

    def test_a_start_is_missed_only_beyond_its_window(self):
        hourly = {"recurrence": "hourly", "from": "00:00", "every": 1, "time_zone": "UTC", "catch_up_hours": 0}
        early = Entry("r", "missed", NOON + HOUR, NOON + HOUR + MINUTE, 1, NOON + HOUR)
        self.assert_one("was missed only 60 s", self.wrong([early], hourly, 61))
        late = Entry("r", "missed", NOON + HOUR, NOON + HOUR + 10 * MINUTE, 1, NOON + HOUR)
        self.assertEqual(self.wrong([late], hourly, 71), [])
        ran = Entry("r", "successful", NOON + HOUR, NOON + HOUR + 10 * MINUTE)
        self.assert_one("started 600 s late", self.wrong([ran], hourly, 71))


class OneServer:
    """Answers as a server would."""

    def __init__(self, answers):
        self.answers = answers

    def call(self, _method, path):
        return self.answers[path.split("?")[0]]


class TheChecks(Delivered):
    """What servers say, compared with the ledger and the destination."""

    def setUp(self):
        super().setUp()
        self.ledger = Ledger(self.folder / "ledger.jsonl")
        self.addCleanup(self.ledger.close)
        tables = type("Tables", (), {"tables": {"t": type("Table", (), {"rows": [2]})()}})
        self.checks = Checks(None, self.ledger, tables, self.destination)
        self.run = {"export_id": "e", "trigger": "api", "status": "successful", "ended_at": "now"}
        self.run |= {"rows_written": 2, "bytes": 37, "attempt": 1, "status_reason": None}

    def assert_complains(self, part):
        self.assertEqual(len(self.ledger.wrong), 1, self.ledger.wrong)
        self.assertIn(part, self.ledger.wrong[0])

    def acknowledge(self, run):
        self.ledger.created("run", run, None, {"name": run, "export_id": "e", "trigger": "api"})

    def test_a_lost_run_is_found(self):
        self.acknowledge("run-1")
        self.checks._runs({})
        self.assert_complains("the run run-1 is lost")

    def test_a_run_that_nobody_started_is_found(self):
        self.checks._runs({"run-1": self.run})
        self.assert_complains("beside the acknowledged ones")

    def test_a_run_whose_answer_was_lost_is_no_stranger(self):
        self.ledger.lost_run("e")
        self.checks._runs({"run-1": self.run})
        self.assertEqual(self.ledger.wrong, [])

    def test_a_run_that_ends_twice_is_found(self):
        self.acknowledge("run-1")
        self.checks._runs({"run-1": self.run})
        self.checks._runs({"run-1": {**self.run, "status": "canceled"}})
        self.assert_complains("had ended")

    def test_a_run_that_fails_without_need_is_found(self):
        self.acknowledge("run-1")
        self.checks._runs({"run-1": {**self.run, "status": "failed", "status_reason": {"code": "program_fault"}}})
        self.assert_complains("program_fault")

    def test_what_tests_of_connections_left_without_a_kill_is_found(self):
        self.destination.tests_left = 2
        self.checks.killed = 1
        self.checks._tests()
        self.assertEqual(self.ledger.wrong, [])
        self.checks.killed = 0
        self.checks._tests()
        self.assert_complains("2 tests of connections left something")

    def waybill(self, **counts):
        file = self.destination.records()["c/e/_runs/run-1.json"].files[0]
        task = {f"rows_{part}": 0 for part in ("unchanged", "withheld", "rejected", "in_doubt")}
        said = {**file, "path": file["path"].removeprefix("c/")}
        return {"tasks": [{**task, "rows_read": 2, "rows_written": 2, "files": [said], **counts}]}

    def deliveries(self, run, waybill):
        self.checks._deliveries(OneServer({"/runs/run-1/waybill": waybill}), {"run-1": run})

    def test_a_waybill_that_says_what_is_there_is_right(self):
        self.deliveries(self.run, self.waybill())
        self.assertEqual(self.ledger.wrong, [])

    def test_a_wrong_sum_is_found(self):
        self.deliveries(self.run, self.waybill(rows_read=3))
        self.assert_complains("the sum is wrong")

    def test_a_published_run_that_is_no_success_is_found(self):
        self.deliveries({**self.run, "status": "failed"}, self.waybill())
        self.assert_complains("is published by")

    def test_a_success_without_a_record_is_found(self):
        self.destination._records.clear()
        (self.out / "c/e/_runs/run-1.json").unlink()
        self.deliveries(self.run, None)
        self.assert_complains("no record is at the destination")


class WhatIsKept(unittest.TestCase):
    def test_the_ledger_keeps_name_type_and_settings_of_a_connection(self):
        kept = {"name": "a", "type": "local_folder", "config": {"path": "/p"}}
        self.assertEqual(shown("connection", {**kept, "version": 3, "used_by": []}), kept)


if __name__ == "__main__":
    unittest.main()
