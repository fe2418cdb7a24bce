"""The queue beside pg-boss and graphile-worker: jobs that do nothing, on one cluster of PostgreSQL, ours on SQLite too.

  asked    jobs asked for one by one, by eight who ask, each in its own transaction
  done     jobs claimed and ended. Ours with all that a run has: lease, fence, places of work, the status of its export,
           notices. Theirs are jobs and nothing else; their settings are in queue/peers.mjs
  planned  as many asked for at once: by our planner when their schedules come due, 500 to a transaction; theirs by one
           statement for 1000, before they are due
  late     how long after the instant at which all of them are due they start: all go through the places in turn
  empty    how long a place of ours that a run could have stood empty before one started: lateness with free places
  idle     processor and memory of `waybill serve` with as many schedules while none is due

Commits are synced, on both databases: the cluster has the settings of the package.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "torture"))

from common import EXAMPLES, HERE, Server, save  # noqa: E402
from postgres import Postgres, program  # noqa: E402

JOBS = int(os.environ.get("WAYBILL_BENCH_JOBS", "10000"))
IDLE_SECONDS = int(os.environ.get("WAYBILL_BENCH_IDLE", "60"))
OURS = EXAMPLES / "queue_bench"
PEERS = {
    "pg-boss": ["default", "batches", "single", "most"],
    "graphile-worker": ["default", "most"],
}
COLUMNS = {
    "asked_per_second": "asked/s",
    "done_per_second": "done/s",
    "planned_per_second": "planned/s",
    "late_p50_ms": "late p50 ms",
    "late_p99_ms": "late p99 ms",
    "place_empty_p50_ms": "empty p50 ms",
    "place_empty_p99_ms": "empty p99 ms",
}


class Cluster(Postgres):
    """One as Debian's package sets it up, but for where it listens."""

    SETTINGS = ["listen_addresses="]

    def database(self, name):
        """An empty database."""
        self.query(f'CREATE DATABASE "{name}" TEMPLATE template0')
        return name

    def url(self, name):
        return f"postgres://postgres@localhost/{name}?host={self.folder}"


def lines(argv):
    """The lines of JSON that a program prints, as they come."""
    done = subprocess.run([str(part) for part in argv], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{argv[0]} ended with {done.returncode}:\n{done.stderr[-4000:]}")
    for line in done.stdout.splitlines():
        print(line)
        yield json.loads(line)


def idle(work):
    """A server at rest with schedules: percent of one processor, and resident memory."""
    data = work / "idle"
    server = Server(data).prepare()
    list(lines([OURS, "fill", f"sqlite://{data}/waybill.db", JOBS]))
    with server:
        # Past what starting costs.
        time.sleep(10)
        before, began = server.cpu(), time.monotonic()
        time.sleep(IDLE_SECONDS)
        percent = 100 * (server.cpu() - before) / (time.monotonic() - began)
        figures = {
            "system": "waybill",
            "database": "sqlite",
            "schedules": JOBS,
            "idle_cpu_percent": round(percent, 2),
            "idle_mib": round(server.memory(), 1),
        }
    print(json.dumps(figures))
    return figures


def table(measured):
    rows = [["", "", *COLUMNS.values()]]
    for one in measured:
        cells = [f"{one[key]:,}" if key in one else "–" for key in COLUMNS]
        rows.append([f"{one['system']} {one.get('setting', '')}".strip(), one["database"], *cells])
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        names = [cell.ljust(width) for cell, width in zip(row[:2], widths)]
        print("  ".join([*names, *(cell.rjust(width) for cell, width in zip(row[2:], widths[2:]))]))


def main():
    node = shutil.which("node")
    work = Path(tempfile.mkdtemp(prefix="waybill-queues-"))
    cluster = Cluster(work / "postgres").create()
    measured = []
    try:
        cluster.start()
        print(subprocess.run([program("postgres"), "--version"], capture_output=True, text=True).stdout.strip())
        measured += lines([OURS, "measure", f"sqlite://{work}/waybill.db", JOBS])
        measured += lines([OURS, "measure", cluster.url(cluster.database("waybill")), JOBS])
        for system, settings in PEERS.items():
            for setting in settings:
                database = cluster.database(f"{system}-{setting}")
                argv = [node, HERE / "queue/peers.mjs", system, setting, cluster.folder, database, JOBS]
                measured += lines(argv)
        rest = idle(work)
    finally:
        cluster.stop()
        shutil.rmtree(work, ignore_errors=True)
    table(measured)
    print(f"idle with {JOBS:,} schedules: {rest['idle_cpu_percent']} % of a core, {rest['idle_mib']} MiB")
    save("queues", {"measured": measured, "idle": rest})


if __name__ == "__main__":
    main()
