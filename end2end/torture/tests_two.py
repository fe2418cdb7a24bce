"""The script of `server/docs/two-servers.md` does what the page says, with a bucket as lake: two servers act as one."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bucket import BucketLake  # noqa: E402
from common import BINARY, ROOT, Server, export_body  # noqa: E402
from live import Ear  # noqa: E402
from postgres import program  # noqa: E402
from starts import MICROS  # noqa: E402

SCRIPT = ROOT / "server/docs/two-servers.sh"
MINUTELY = {"recurrence": "cron", "cron": "* * * * *", "time_zone": "UTC", "catch_up_hours": 24}
# Whatever is waited for comes sooner by far.
PATIENCE = 60


def eventually(holds, what):
    """Waits until something is true, and gives it."""
    deadline = time.monotonic() + PATIENCE
    while not (found := holds()):
        if time.monotonic() > deadline:
            raise AssertionError(f"it never came to be: {what}")
        time.sleep(0.02)
    return found


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Half(Server):
    """One of the two, started by the script."""

    def __init__(self, number, port, folder, token):
        super().__init__(folder)
        self.number, self.address, self.token = number, f"http://127.0.0.1:{port}", token

    def readiness(self):
        """What it says of itself; none where nobody answers."""
        try:
            return self._get("/readyz")
        except urllib.error.HTTPError as error:
            return error.read().decode()
        except OSError:
            return None

    def is_ready(self):
        return '"ready":true' in (self.readiness() or "")

    def _get(self, path):
        with urllib.request.urlopen(f"{self.address}{path}", timeout=10) as answer:
            return answer.read().decode()


class TwoServers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not BINARY.exists():
            raise unittest.SkipTest(f"{BINARY} has not been built")
        cls.work = Path(tempfile.mkdtemp(prefix="waybill-two-"))
        cls.addClassCleanup(shutil.rmtree, cls.work, ignore_errors=True)
        # PostgreSQL runs as somebody else.
        cls.work.chmod(0o711)
        cls.lake = BucketLake(cls.work).start()
        cls.addClassCleanup(cls.lake.stop)
        ports = free_ports(2)
        cls.environment = {
            **os.environ,
            **cls.lake.environment,
            "WAYBILL_BINARY": str(BINARY),
            "WAYBILL_LAKE": cls.lake.url,
            "WAYBILL_ALLOW_ROOT": str(cls.work),
            "WAYBILL_DRAIN": "1",
            "WAYBILL_REQUESTS_PER_SECOND": "0",
            "PORTS": " ".join(map(str, ports)),
        }
        cls.addClassCleanup(cls.script, "down")
        cls.script("up")
        cls.script("run", "user", "add", Server.EMAIL, "--role", "administrator", text=f"{Server.PASSWORD}\n")
        token = cls.script("run", "token", "create", "--user", Server.EMAIL, "--name", "two").split()[-1]
        cls.a, cls.b = (Half(number, port, cls.work, token) for number, port in enumerate(ports))
        source = cls.work / "source"
        source.mkdir()
        (source / "people.csv").write_text("id,name\n1,Ada\n2,Bo\n")
        cls.table = cls.a.source("Files", source)["people"]
        cls.connection = cls.b.connection("Out", cls.work / "out")

    @classmethod
    def script(cls, *arguments, text=""):
        what, *more = arguments
        done = subprocess.run(
            [SCRIPT, what, cls.work / "two", *more], input=text, capture_output=True, text=True, env=cls.environment
        )
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(arguments[:3])}: {done.stdout[-1000:]} {done.stderr[-2000:]}")
        return done.stdout

    def sql(self, statement):
        argv = [program("psql"), "-h", self.work / "two/postgres", "-U", "waybill", "-XAtqc", statement]
        return subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()

    def export(self, name, node, **more):
        options = {"format": "csv", "path_template": "{export}/{yyyy}{MM}{dd}-{HHmmss}/{table}_{part}.csv"}
        return node.call("POST", "/exports", export_body(name, self.connection, self.table, options) | more)

    def listen(self, node):
        ear = Ear(node)
        ear.start()
        self.addCleanup(ear.end)
        eventually(lambda: ear.sessions, "a stream")
        return ear

    def test_a_change_at_one_is_heard_at_the_other_within_a_second(self):
        for here, there in ((self.a, self.b), (self.b, self.a)):
            ear = self.listen(there)
            export = self.export(f"Heard at {there.number}", here)
            answered = time.monotonic()

            def told(ear=ear, export=export):
                return [hint for hint in list(ear.hints) if hint.kind == "export" and hint.id == export["id"]]

            late = eventually(told, "a hint")[0].at - answered
            self.assertLess(late, 1)
            self.assertEqual(there.call("GET", f"/exports/{export['id']}")["name"], export["name"])

    def test_a_start_of_a_schedule_is_one_run_whoever_sees_it_first(self):
        eventually(lambda: time.time() % 60 < 45, "a time at which no minute begins")
        export = self.export("Scheduled", self.a, enabled=True, schedule=MINUTELY)
        # As if this minute had just begun, for both at once: whoever is told to look sees it.
        start = int(time.time()) // 60 * 60 * MICROS
        due = f"next_start_at = {start}, planned_until = {start - 1}"
        self.sql(f"UPDATE exports SET {due} WHERE id = '{export['id']}'")
        pokes = [threading.Thread(target=self.poke, args=(node,)) for node in (self.a, self.b)]
        for poke in pokes:
            poke.start()
        for poke in pokes:
            poke.join()
        runs = f"SELECT id FROM runs WHERE export_id = '{export['id']}' AND scheduled_for = {start}"
        run = eventually(lambda: self.sql(runs), "a run")
        self.assertNotIn("\n", run)
        self.assertEqual(self.b.wait(run)["status"], "successful")
        said = [path for path in (self.work / "out").rglob("*.json") if run in path.name]
        self.assertEqual(len(said), 1, "one record of it is at the destination")
        self.a.call("POST", "/exports/schedule", {"ids": [export["id"]], "mode": "keep", "enabled": False})

    @staticmethod
    def poke(node):
        """Wakes the planner of a server and changes nothing."""
        body = {"ids": ["018f0000-0000-7000-8000-000000000000"], "mode": "keep", "enabled": False}
        node.call("POST", "/exports/schedule", body)

    def test_servers_are_replaced_one_by_one_while_requests_go_to_the_other(self):
        export = self.export("Busy", self.a)
        over, failed, answered = threading.Event(), [], {0: 0, 1: 0}

        def ask():
            while not over.is_set():
                node = next((node for node in (self.a, self.b) if node.is_ready()), None)
                if node is None:
                    failed.append("neither was ready")
                    return
                try:
                    node.call("GET", f"/exports/{export['id']}")
                    answered[node.number] += 1
                except (OSError, RuntimeError) as error:
                    failed.append(repr(error))

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            self.script("roll")
        finally:
            over.set()
            asking.join()
        self.assertEqual(failed, [])
        self.assertTrue(all(count > 0 for count in answered.values()), answered)
        run = self.b.run(export)
        self.assertEqual(self.a.wait(run)["status"], "successful")

    def test_what_a_newer_program_made_of_the_database_is_read_on_or_left_alone(self):
        export = self.export("Later", self.a)
        before = self.sql("SELECT readable_from FROM schema_info")
        # A release that only adds.
        self.sql("UPDATE schema_info SET version = version + 1")
        self.assertTrue(self.a.is_ready() and self.b.is_ready())
        self.assertEqual(self.a.wait(self.b.run(export))["status"], "successful")
        # And one that a program of today cannot read any more.
        self.sql("UPDATE schema_info SET readable_from = version")
        for node in (self.a, self.b):
            said = eventually(lambda node=node: '"worker":false' in node.readiness() and node.readiness(), "a stop")
            self.assertIn('"schema":false', said)
            self.assertIn("which this program", said)
        run = self.a.run(export)
        for _ in range(20):
            self.assertEqual(self.b.call("GET", f"/runs/{run}")["status"], "queued")
        # Back again: the programs that are started now take up what waits.
        self.sql(f"UPDATE schema_info SET version = version - 1, readable_from = {before}")
        for name in ("a", "b"):
            self.script("stop", name)
            self.script("start", name)
        self.assertEqual(self.b.wait(run)["status"], "successful")


if __name__ == "__main__":
    unittest.main()
