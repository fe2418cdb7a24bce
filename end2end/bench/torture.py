"""Kills the server with SIGKILL at random moments of a run, starts it again, and looks.

After each kill and restart the run must end Successful, once; the destination must hold the delivery before
it, or that and the new one, and no temporary file; and everything that the server had acknowledged over
REST must still be there. Most kills hit runs of a small table, the last ones runs of lineitem.

A seed on the command line repeats a series: torture.py 1234
"""

import hashlib
import json
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

from common import INPUT, Server, export_body, save, sql, tpch

SMALL_KILLS, LARGE_KILLS = 40, 10
# Where the local folder keeps what attempts at work have written.
ATTEMPTS = ".waybill"


def digest(path):
    """SHA-256 of a file."""
    total = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            total.update(block)
    return total.hexdigest()


def files_below(folder):
    """Every file below a folder, as relative paths."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


class Scene:
    """One table, one destination, one export, and what it has delivered."""

    def __init__(self, server, name, table, out):
        self.server, self.out, self.table = server, out, table
        self.connection = server.connection(name, out)
        self.export = server.export(name, self.connection, table, {"format": "csv"})
        started = time.monotonic()
        first = server.run(self.export)
        run = server.wait(first)
        self.seconds = time.monotonic() - started
        self.runs = [first]
        self.digests = {}
        assert run["status"] == "successful", run

    def strike(self, moment):
        """Starts a run, kills the server `moment` seconds later, starts it again; gives what is wrong."""
        run = self.server.run(self.export)
        self.runs.append(run)
        acknowledged = self.change_something()
        while time.monotonic() < acknowledged["at"] + moment:
            time.sleep(0.0005)
        self.server.stop(signal.SIGKILL)
        between = self.look(allow_unfinished=True)
        self.server.start()
        return between + self.settle(run, acknowledged)

    def change_something(self):
        """A change whose acknowledgement must outlive the kill."""
        name = f"acknowledged {len(self.runs)} {random.random()}"
        body = export_body(name, self.connection, self.table, {"format": "csv"}, self.export["folder"])
        path = f"/exports/{self.export['id']}"
        self.export = self.server.call("PUT", path, body, if_match=f'"{self.export["version"]}"')
        return {"name": name, "at": time.monotonic()}

    def settle(self, run, acknowledged):
        """Waits for the run's end after the restart and compares all sides."""
        wrong = []
        state = self.server.wait(run, seconds=180)
        if state["status"] != "successful":
            wrong.append(f"the run ended {state['status']}: {state.get('status_reason')}")
        name = self.server.call("GET", f"/exports/{self.export['id']}")["name"]
        if name != acknowledged["name"]:
            wrong.append(f"the acknowledged name is lost: {name}")
        listed = self.server.call("GET", f"/runs?export_id={self.export['id']}&limit=200")["items"]
        if sorted(item["id"] for item in listed) != sorted(self.runs):
            wrong.append(f"{len(listed)} runs are listed, {len(self.runs)} were started")
        return wrong + self.look(allow_unfinished=False)

    def look(self, allow_unfinished):
        """Compares what a reader sees with the records beside it: each delivery is there whole, or not at all."""
        wrong = []
        present = files_below(self.out)
        if allow_unfinished:
            # What attempts write to a place of their own; no reader looks there.
            present = {path for path in present if ATTEMPTS not in Path(path).parts}
        elif attempts := [path for path in self.out.rglob("*") if path.parent.name == ATTEMPTS]:
            wrong += [f"left behind: {path}" for path in attempts]
        records = {path for path in present if "/_runs/" in path and path.endswith(".json")}
        named = set(records)
        for record in records:
            files = json.loads((self.out / record).read_text())["files"]
            named |= {file["path"] for file in files}
            there = [file for file in files if file["path"] in present]
            # A crash between record and renaming leaves a delivery that the restart brings out, whole.
            if len(there) < len(files) and (there or not allow_unfinished):
                wrong.append(f"{record} names {len(files)} files, {len(there)} are there")
            for file in there:
                if self.digest(file["path"]) != file["sha256"]:
                    wrong.append(f"{file['path']} is not what {record} says")
        most = len(self.runs)
        if not (most - 1 <= len(records) <= most if allow_unfinished else len(records) == most):
            wrong.append(f"{len(records)} deliveries after {most} runs")
        stray = {path for path in present - named if Path(path).name != "manifest.json"}
        wrong += [f"stray file {path}" for path in sorted(stray)]
        return wrong

    def digest(self, path):
        """SHA-256 of a delivered file, read again only when the file is another one."""
        status = (self.out / path).stat()
        key = (path, status.st_ino, status.st_size, status.st_mtime_ns)
        if key not in self.digests:
            self.digests[key] = digest(self.out / path)
        return self.digests[key]


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.randrange(1 << 30)
    random.seed(seed)
    print(f"seed {seed}")
    failures, moments = [], []
    with tempfile.TemporaryDirectory(prefix="waybill-torture-", dir=INPUT) as work:
        work = Path(work)
        small = work / "small"
        small.mkdir()
        sql(f"COPY (FROM read_parquet('{tpch()['lineitem']['parquet']}') LIMIT 50000) TO '{small}/part.parquet'")
        large = tpch()["lineitem"]["parquet"].parent
        server = Server(work / "data", allow_roots=[work, INPUT]).prepare()
        server.start()
        try:
            series = [
                (SMALL_KILLS, Scene(server, "small", server.source("small", small)["part"], work / "out-small")),
                (LARGE_KILLS, Scene(server, "large", server.source("large", large)["lineitem"], work / "out-large")),
            ]
            for kills, scene in series:
                for _ in range(kills):
                    moment = random.uniform(0, scene.seconds * 1.1)
                    moments.append(moment)
                    wrong = scene.strike(moment)
                    print(f"{len(moments):3}: killed after {moment:6.3f} s: " + ("; ".join(wrong) or "as it must be"))
                    failures += wrong
        finally:
            server.stop()
    save("torture", {"seed": seed, "kills": len(moments), "wrong": failures})
    print(f"{len(moments) - len(failures)} passed, {len(failures)} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
