"""What is looked for in live events and in the lake is found, and what may be is let pass."""

import json
import sys
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bucket import missing  # noqa: E402
from ledger import Ledger  # noqa: E402
from live import ENOUGH, LOST_AFTER, Change, Ear, Hint, Live  # noqa: E402
from tests_destinations import InAFolder  # noqa: E402


class Node:
    """A server that we are."""

    token = "secret"

    def __init__(self, number, address=None):
        self.number, self.address = number, address


class TheListeners(InAFolder):
    def setUp(self):
        super().setUp()
        self.ledger = Ledger(self.folder / "ledger.jsonl")
        self.addCleanup(self.ledger.close)
        self.one, self.other = Node(0), Node(1)
        self.live = Live([self.one, self.other], self.ledger)
        self.ear = self.live.ears[1]
        self.now = time.monotonic() - 2 * LOST_AFTER
        self.ear.sessions = [[self.now - 1, None]]

    def acknowledge(self, count=1, version=3):
        for _ in range(count):
            change = Change("export", "7", version, self.now, self.now + 0.1, 0)
            self.live._open.append((change, self.ear))
        self.live.due += count

    def hear(self, after, kind="export", id="7", version=3):
        self.ear.hints.append(Hint(self.now + after, kind, id, version))

    def assert_wrong(self, *parts):
        self.live.look()
        self.assertEqual(len(self.ledger.wrong), len(parts), self.ledger.wrong)
        for text, part in zip(self.ledger.wrong, parts, strict=True):
            self.assertIn(part, text)

    def test_a_change_that_is_heard_is_measured_from_its_answer(self):
        self.acknowledge()
        self.hear(0.35)
        self.assert_wrong()
        self.assertEqual([round(wait, 2) for wait in self.live.waits], [0.25])

    def test_a_hint_that_comes_before_the_answer_is_no_wait(self):
        self.acknowledge()
        self.hear(0.05)
        self.assert_wrong()
        self.assertEqual(self.live.waits, [0.0])

    def test_a_change_that_nobody_hears_of_is_found(self):
        self.acknowledge()
        self.hear(-0.5)
        self.hear(0.3, id="8")
        self.hear(0.3, kind="run")
        self.hear(0.3, version=2)
        self.assert_wrong("export 7 in version 3, which server 0 acknowledged")

    def test_a_change_that_is_heard_much_too_late_is_found(self):
        self.acknowledge()
        self.hear(LOST_AFTER + 1)
        self.assert_wrong("was not heard at server 1")

    def test_what_makes_pages_fetch_everything_tells_of_everything(self):
        self.acknowledge()
        self.hear(0.3, kind="resync", id="", version=0)
        self.acknowledge()
        self.hear(0.3, id="", version=9)
        self.assert_wrong()
        self.assertEqual(len(self.live.waits), 2)

    def test_who_was_killed_or_was_not_there_need_not_hear(self):
        self.acknowledge()
        self.ear.sessions = [[self.now - 1, self.now + 0.2]]
        self.assert_wrong()
        self.acknowledge()
        self.ear.sessions = [[self.now + 0.5, None]]
        self.assert_wrong()
        self.assertEqual(self.live.excused, 2)

    def test_what_was_heard_before_the_end_counts(self):
        self.acknowledge()
        self.hear(0.3)
        self.ear.sessions = [[self.now - 1, self.now + 0.4]]
        self.assert_wrong()
        self.assertEqual(len(self.live.waits), 1)

    def test_a_struck_server_hears_again_once_it_has_recovered(self):
        self.ear._is_connected = True
        self.ear.struck()
        self.assertIsNotNone(self.ear.sessions[-1][1])
        self.ear.healed(5)
        self.assertGreater(self.ear.sessions[-1][0], time.monotonic() + 4)

    def test_what_may_still_be_heard_is_waited_for(self):
        self.live.acknowledged(self.one, "export", "7", 3, time.monotonic())
        self.ear.sessions = [[self.now, None]]
        self.assert_wrong()
        self.assertEqual(len(self.live._open), 1, "who has acknowledged it need not be told")

    def test_too_many_that_are_late_are_found(self):
        self.acknowledge(ENOUGH)
        self.hear(1.3)
        self.live.finish()
        self.assert_wrong("heard only 1.20 s after the answer")

    def test_that_nothing_could_be_heard_is_no_proof(self):
        self.live.finish()
        self.assert_wrong()
        self.acknowledge(3)
        self.ear.sessions = []
        self.live.finish()
        self.assertEqual(self.live.excused, 3)
        self.assert_wrong("of 3 changes only 0 were heard")

    def test_a_whole_round_needs_enough_for_one_of_a_hundred(self):
        for count, parts in [(ENOUGH - 1, ["only 99 were heard: fewer than 100 say nothing"]), (ENOUGH, [])]:
            self.live.waits, self.live.is_brief = [], False
            self.ledger.wrong.clear()
            self.acknowledge(count)
            self.hear(0.3)
            self.live.finish()
            self.assert_wrong(*parts)


class Events(BaseHTTPRequestHandler):
    """Says something and ends."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers["authorization"]))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        hint = json.dumps({"kind": "run", "id": "7", "version": 2})
        text = f"event: build\ndata: abc\nretry: 2000\n\n:\n\nid: 1\ndata: {hint}\n\nevent: resync\ndata: {{}}\n\n"
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


class AnEar(unittest.TestCase):
    def test_an_ear_hears_what_a_server_says_and_knows_when_it_could(self):
        server = ThreadingHTTPServer(("127.0.0.1", 0), Events)
        server.asked = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        ear = Ear(Node(0))
        ear._listen(f"http://127.0.0.1:{server.server_port}")
        ear._connected(False)
        self.assertEqual(server.asked, [("/events", "Bearer secret")])
        heard = [(hint.kind, hint.id, hint.version) for hint in ear.hints]
        self.assertEqual(heard, [("run", "7", 2), ("resync", "", 0)])
        self.assertEqual(len(ear.sessions), 1)
        self.assertTrue(ear.sessions[0][0] <= ear.hints[0].at <= ear.sessions[0][1])


class TheLake(unittest.TestCase):
    KNOWN = [("snapshots/t/s", "snapshots/t/s/part-0.parquet", 10)]

    def test_what_the_database_names_is_there_whole_and_more_may_be(self):
        listed = {"snapshots/t/s/part-0.parquet": 10, "snapshots/t/killed/part-0.parquet": 3}
        self.assertEqual(list(missing(self.KNOWN, listed)), [])

    def test_a_part_that_is_lost_or_cut_is_found(self):
        ((path, text),) = missing(self.KNOWN, {})
        self.assertEqual(path, "snapshots/t/s")
        self.assertIn("lacks snapshots/t/s/part-0.parquet", text)
        ((_, text),) = missing(self.KNOWN, {"snapshots/t/s/part-0.parquet": 9})
        self.assertIn("has 9 bytes, the database says 10", text)


if __name__ == "__main__":
    unittest.main()
