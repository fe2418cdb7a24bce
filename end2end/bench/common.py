"""What the measurements share: a server to talk to, input to read, and a fair way to time a program."""

import json
import os
import re
import resource
import signal
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BINARY = Path(os.environ.get("WAYBILL_BINARY", ROOT / "target/debug/waybill"))
EXAMPLES = Path(os.environ.get("WAYBILL_EXAMPLES", ROOT / "target/debug/examples"))
INPUT = Path(os.environ.get("WAYBILL_BENCH_DATA", Path.home() / ".cache/waybill/bench-data"))
BIN = Path(sys.executable).parent

# What is measured is the server, not what it lets one person ask.
UNLIMITED = ["--requests-per-second", "0"]
READY = re.compile(r"listening on (http://127\.0\.0\.1:\d+)")
ENDED = {"successful", "completed_with_warnings", "failed", "held", "skipped", "missed", "canceled"}


@dataclass
class Measurement:
    """One run of a program: seconds of wall and of processor, peak of resident memory in MiB."""

    wall: float
    cpu: float
    rss: float


def measure(argv, env=None, cwd=None):
    """Runs a program to its end and measures it and what it waited for. Raises with its output on failure.

    A child's peak starts at the size of the process that forked it, so whoever calls this must stay small:
    DuckDB is never imported in the same process.
    """
    started = time.monotonic()
    process = subprocess.Popen(
        [str(part) for part in argv],
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    output = []
    reader = threading.Thread(target=lambda: output.append(process.stdout.read()))
    reader.start()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    reader.join()
    if process.returncode != 0:
        text = b"".join(output).decode(errors="replace")
        raise RuntimeError(f"{argv[0]} ended with {process.returncode}:\n{text[-4000:]}")
    return Measurement(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def median(measurements):
    """The median of each figure."""
    return Measurement(
        *(statistics.median(getattr(m, field) for m in measurements) for field in ("wall", "cpu", "rss"))
    )


def tpch(scale=1):
    """`{table: {format: path}}` of TPC-H orders and lineitem, made once."""
    files = {}
    for kind in ("parquet", "csv"):
        folder = INPUT / f"sf{scale}" / kind
        if not all((folder / f"{table}.{kind}").exists() for table in ("orders", "lineitem")):
            folder.mkdir(parents=True, exist_ok=True)
            subprocess.run(
                [BIN / "tpchgen-cli", kind, "-s", str(scale), "--tables", "orders,lineitem", "--output-dir", folder],
                check=True,
                stdin=subprocess.DEVNULL,
            )
        for table in ("orders", "lineitem"):
            files.setdefault(table, {})[kind] = folder / f"{table}.{kind}"
    return files


def sql(statements):
    """Runs SQL in a DuckDB process of its own; gives the rows of the last statement."""
    if isinstance(statements, str):
        statements = [statements]
    done = subprocess.run(
        [sys.executable, HERE / "run_sql.py"],
        input=json.dumps(statements),
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-4000:])
    return json.loads(done.stdout)


class ApiError(RuntimeError):
    """An answer of 400 or more."""

    def __init__(self, status, body):
        super().__init__(f"{status}: {body[:2000]}")
        self.status = status


class Server:
    """A Waybill of its own on a free port, driven through its REST interface."""

    EMAIL = "bench@localhost.example"
    PASSWORD = "a long enough password 1"
    # Most seconds for one call.
    PATIENCE = 60

    def __init__(self, data, allow_roots=(), storage=(), environment=None):
        """`storage`: further flags of every command; `environment`: variables of the server alone."""
        self.data = Path(data)
        self.allow_roots = [Path(root) for root in allow_roots]
        self.storage = list(storage)
        self.environment = environment or {}
        self.process = None
        self.address = None
        self.token = None

    def prepare(self):
        """Makes an administrator and a token, before the first start."""
        self.data.mkdir(parents=True, exist_ok=True)
        self.tool(["user", "add", self.EMAIL, "--role", "administrator"], f"{self.PASSWORD}\n")
        printed = self.tool(["token", "create", "--user", self.EMAIL, "--name", "bench"])
        self.token = printed.split()[-1]
        return self

    def tool(self, arguments, text=""):
        """Runs one of the other commands on this server's storage; gives what it prints."""
        done = subprocess.run(
            [BINARY, *arguments, "--data", self.data, *self.storage], input=text, capture_output=True, text=True
        )
        if done.returncode != 0:
            raise RuntimeError(f"waybill {' '.join(arguments[:2])}: {done.stderr[-2000:]}")
        return done.stdout

    def spawn(self):
        """Starts the process and waits for nothing."""
        roots = [part for root in self.allow_roots for part in ("--allow-root", str(root))]
        self.data.mkdir(parents=True, exist_ok=True)
        with open(self.data / "server.log", "ab") as log:
            self.process = subprocess.Popen(
                [BINARY, "serve", "--data", self.data, "--listen", "127.0.0.1:0", *UNLIMITED, *self.storage, *roots],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, **self.environment},
            )

    def start(self):
        """Starts and returns the seconds until it is ready to serve."""
        began = time.monotonic()
        self.spawn()
        for line in self.process.stdout:
            found = READY.search(line)
            if found:
                self.address = found[1]
                break
        else:
            tail = (self.data / "server.log").read_text(errors="replace")[-3000:]
            raise RuntimeError(f"the server ended with {self.process.wait()}:\n{tail}")
        threading.Thread(target=self._drain, args=(self.process.stdout,), daemon=True).start()
        while True:
            try:
                urllib.request.urlopen(f"{self.address}/readyz", timeout=5).read()
                return time.monotonic() - began
            except urllib.error.HTTPError:
                time.sleep(0.002)

    @staticmethod
    def _drain(stream):
        for _ in stream:
            pass

    def stop(self, how=signal.SIGTERM):
        """Ends the process that this object started."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(timeout=60)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def call(self, method, path, body=None, **headers):
        """One REST call; gives what the answer holds."""
        request = urllib.request.Request(
            f"{self.address}/api/v1{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "authorization": f"Bearer {self.token}",
                "content-type": "application/json",
                "accept": "application/json",
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=self.PATIENCE) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise ApiError(error.code, error.read().decode(errors="replace")) from None
        return json.loads(text) if text else None

    # What the scripts build their scenes from.

    def source(self, name, folder):
        """A folder source, refreshed; gives its tables by name."""
        created = self.call("POST", "/sources", {"name": name, "kind": "folder", "config": {"path": str(folder)}})
        self.call("POST", f"/sources/{created['id']}/refresh")
        deadline = time.monotonic() + 600
        while time.monotonic() < deadline:
            tables = [t for t in self.call("GET", "/tables")["items"] if t["source_id"] == created["id"]]
            if tables and all(table["rows"] is not None for table in tables):
                return {table["name"]: table for table in tables}
            time.sleep(0.1)
        raise RuntimeError(f"the source {name} was not refreshed within ten minutes")

    def connection(self, name, folder):
        """A local folder."""
        Path(folder).mkdir(parents=True, exist_ok=True)
        return self.call(
            "POST",
            "/connections",
            {
                "name": name,
                "type": "local_folder",
                "config": {"path": str(folder)},
                "secrets": {},
                "audience": "administrators",
                "consent": True,
            },
        )

    def export(self, name, connection, table, options):
        """A full export of one table, switched off."""
        return self.call("POST", "/exports", export_body(name, connection, table, options))

    def run(self, export):
        """Starts a run; gives its id."""
        return self.call("POST", f"/exports/{export['id']}/runs")["id"]

    def wait(self, run, seconds=600):
        """Waits for the end of a run."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            state = self.call("GET", f"/runs/{run}")
            if state["status"] in ENDED:
                return state
            time.sleep(0.02)
        raise RuntimeError(f"run {run} did not end within {seconds} s: {state}")

    # Memory of the process, as the kernel counts it, in MiB.

    def memory(self, field="VmRSS"):
        """`VmRSS`: now; `VmHWM`: the peak since `forget_peak`."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError(f"no {field}")

    def forget_peak(self):
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def cpu(self):
        """Seconds of processor that the process has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def export_body(name, connection, table, options, folder=""):
    """What POST and PUT of an export take; the folder is made from the name when it is empty."""
    return {
        "name": name,
        "connection_id": connection["id"],
        "items": [{"table_id": table["id"]}],
        "mode": "full",
        "options": options,
        "folder": folder,
        "enabled": False,
    }


def delivered_files(server, run):
    """The files on the waybill of a run; paths are below the connection's folder."""
    receipt = server.call("GET", f"/runs/{run}/waybill")
    return [file for task in receipt["tasks"] for file in task["files"]]


def save(name, figures):
    """Keeps the figures beside the scripts, for notes and for the next comparison."""
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(json.dumps(figures, indent=2) + "\n")
    print(f"figures in {path.relative_to(ROOT)}")


def own_size():
    """MiB of this process at its largest: what every measured child's peak is at least."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
