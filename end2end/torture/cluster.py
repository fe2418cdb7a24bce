"""The servers under test with what they stand on: clocks, disks, database."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from email.utils import parsedate_to_datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench"))

from common import ApiError, Server  # noqa: E402
from postgres import Postgres, Proxy  # noqa: E402

FAKETIME = next(iter(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)
# Enough for everything that a round writes, and small enough to be filled in a moment.
DISK_MIB = 512


class Lost(Exception):
    """The answer to a request was lost: nobody knows whether it was carried out."""


class Away(Exception):
    """The server did not take the request: it was not carried out."""


class Clock:
    """The wall clock of one server, moved by a file that libfaketime reads once a second. Monotonic clocks and the
    times of files stay the machine's."""

    def __init__(self, file):
        self.file = Path(file)
        self.offset = 0
        self.set(0)

    def set(self, offset):
        self.offset = offset
        new = self.file.with_suffix(".new")
        new.write_text(f"{offset:+d}\n")
        os.replace(new, self.file)

    def now(self):
        return time.time() + self.offset

    def environment(self):
        return {
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }


class Disk:
    """A small file system of its own that can be filled up."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.ballast = self.folder / ".ballast"
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m,mode=700", "tmpfs", self.folder], check=True
        )

    @staticmethod
    def is_possible():
        """Mounting needs root; a container may forbid it even then."""
        if os.getuid() != 0:
            return False
        trial = Path("/tmp") / f"waybill-torture-mount-{os.getpid()}"
        trial.mkdir()
        try:
            done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", trial], capture_output=True)
            if done.returncode == 0:
                subprocess.run(["umount", trial], check=True)
            return done.returncode == 0
        finally:
            trial.rmdir()

    def fill(self):
        """Until not one byte more fits."""
        with open(self.ballast, "ab", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                block = b"\0" * size
                try:
                    while file.write(block) == size:
                        pass
                except OSError:
                    pass

    def free(self):
        self.ballast.unlink(missing_ok=True)

    def close(self):
        subprocess.run(["umount", "-l", self.folder], check=False)


class Node(Server):
    """One server, with its clock and its wire to the database."""

    PATIENCE = 15

    def __init__(self, number, work, roots, clock, proxy, storage):
        super().__init__(work / f"data-{number}", roots, storage, clock.environment() if clock else {})
        self.number = number
        self.clock = clock
        self.proxy = proxy
        self.stopped = False

    @property
    def alive(self):
        return self.process is not None and self.process.poll() is None

    @property
    def able(self):
        """Nothing that we did keeps it from working."""
        return self.alive and self.address is not None and not self.stopped and (not self.proxy or self.proxy.is_whole)

    def now(self):
        return self.clock.now() if self.clock else time.time()

    def kill(self):
        """SIGKILL, and what libfaketime would have removed."""
        if self.process is None:
            return
        self.address = None
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        for name in (f"faketime_shm_{self.process.pid}", f"sem.faketime_sem_{self.process.pid}"):
            Path("/dev/shm", name).unlink(missing_ok=True)
        self.stopped = False

    def freeze(self):
        self.stopped = True
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        if self.alive:
            self.process.send_signal(signal.SIGCONT)
        self.stopped = False

    def ask(self, method, path, body=None, **headers):
        """A call whose failures say what is known: `ApiError` below 500 (refused), `Away`, `Lost`."""
        if self.address is None:
            raise Away(f"server {self.number} is down")
        try:
            return self.call(method, path, body, **headers)
        except ApiError as error:
            if error.status >= 500:
                raise Lost(str(error)) from None
            raise
        except urllib.error.URLError as error:
            if isinstance(error.reason, ConnectionRefusedError):
                raise Away(str(error)) from None
            raise Lost(str(error)) from None
        except Exception as error:  # Reset, cut short, timed out, half an answer.
            raise Lost(repr(error)) from None

    def wait_for_clock(self, seconds=10):
        """Until the server shows the time that its clock was set to: the library reads the file now and then."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=10) as answer:
                shown = parsedate_to_datetime(answer.headers["date"]).timestamp()
            if abs(shown - self.now()) < 2:
                return
            time.sleep(0.1)
        raise RuntimeError(f"server {self.number} shows {shown} when it is {self.now()}")

    def is_ready(self):
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=10) as answer:
                return answer.status == 200
        except OSError:
            return False


class Cluster:
    """All servers of a round."""

    def __init__(self, work, database, servers, fake_clocks, own_disks, environment, lake=None):
        """`environment`: variables of every server; `lake`: a bucket, else it is a folder."""
        self.work = Path(work)
        self.database = database
        self.disks = {}
        if own_disks:
            self.disks = {name: Disk(self.work / name) for name in ("disk-data", "disk-out")}
        home = self.work / "disk-data" if own_disks else self.work
        self.out = self.work / ("disk-out/out" if own_disks else "out")
        self.sources = self.work / "sources"
        for folder in (self.out, self.sources):
            folder.mkdir(parents=True, exist_ok=True)
        self.postgres = Postgres(self.work / "postgres").create().start() if database == "postgres" else None
        self.nodes = []
        for number in range(servers):
            proxy = Proxy(self.postgres.socket) if self.postgres else None
            storage = ["--lake", lake.url] if lake else []
            if proxy:
                url = f"postgres://postgres@127.0.0.1:{proxy.port}/postgres?sslmode=disable"
                storage = ["--database", url, "--lake", lake.url if lake else str(home / "lake")]
            clock = Clock(self.work / f"clock-{number}") if fake_clocks else None
            node = Node(number, home, [self.work], clock, proxy, storage)
            # Servers that share a database share the key of its secrets, and tell each other apart by name.
            node.environment |= {"WAYBILL_KEY_FILE": str(home / "waybill.key"), **environment}
            node.environment |= {"WAYBILL_SERVER_NAME": f"server-{number}", **(lake.environment if lake else {})}
            self.nodes.append(node)

    def open(self):
        """Prepares the first server, then starts all."""
        first = self.nodes[0]
        first.data.mkdir(parents=True, exist_ok=True)
        if self.postgres:
            first.tool(["migrate"])
        first.prepare()
        for node in self.nodes:
            node.token = first.token
            node.start()
        return self

    def able(self):
        return [node for node in self.nodes if node.able]

    def heal(self):
        """Takes all faults away and starts what is down; gives what is wrong: who fell by himself, or stays down."""
        wrong = [
            f"server {node.number} ended by itself with {node.process.returncode}"
            for node in self.nodes
            if not node.alive and node.address is not None
        ]
        for disk in self.disks.values():
            disk.free()
        if self.postgres and self.postgres.process.poll() is not None:
            self.postgres.start()
        for node in self.nodes:
            if node.proxy:
                node.proxy.restore()
            if node.stopped:
                node.thaw()
        for node in self.nodes:
            if not node.alive:
                # Threads of the harness may have seen its end before we do.
                node.kill()
                node.start()
        return wrong + [text for node in self.nodes for text in self._unready(node)]

    @staticmethod
    def _unready(node, seconds=60):
        deadline = time.monotonic() + seconds
        while not node.is_ready():
            if time.monotonic() > deadline:
                return [f"server {node.number} is not ready {seconds} s after everything was well again"]
            time.sleep(0.1)
        return []

    def query(self, sql):
        """Rows of the database itself, for what REST does not tell."""
        if self.postgres:
            return self.postgres.query(sql)
        file = self.nodes[0].data / "waybill.db"
        connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def scheduled(self):
        """`{run id: the start that it is for or none, microseconds}`."""
        rows = self.query("SELECT id, COALESCE(scheduled_for, -1) FROM runs ORDER BY id")
        return {id: None if int(at) == -1 else int(at) for id, at in rows}

    def under_way(self):
        """The connections of all runs that are delivered at this moment."""
        rows = self.query("SELECT connection_id FROM runs WHERE status = 'processing' AND plan IS NOT NULL ORDER BY id")
        return [connection for (connection,) in rows]

    def unswept(self):
        """How many runs have ended without anybody having looked what they left."""
        sql = "SELECT COUNT(*) FROM runs WHERE swept = 0 AND plan IS NOT NULL AND ended_at IS NOT NULL"
        return int(self.query(sql)[0][0])

    def close(self, keep):
        for node in self.nodes:
            node.kill()
            if node.proxy:
                node.proxy.close()
        if self.postgres:
            self.postgres.stop()
        for disk in self.disks.values():
            disk.free()
        if keep and self.disks:
            shutil.copytree(self.out, self.work / "out-kept", symlinks=True, dirs_exist_ok=True)
            for log in (self.work / "disk-data").glob("*/server.log"):
                shutil.copy(log, self.work / f"{log.parent.name}.log")
        for disk in self.disks.values():
            disk.close()
        if not keep:
            shutil.rmtree(self.work, ignore_errors=True)


class Watch(threading.Thread):
    """Measures takeovers: how long work that was begun goes without a sign of life although a server could go on
    with it. Signs are a lease that is renewed, another fence, an end. Needs PostgreSQL, whose clock leases follow."""

    SQL = (
        "SELECT 'run', id, status, fence, lease_until FROM runs WHERE ended_at IS NULL"
        " AND (status = 'processing' OR (status = 'retrying' AND reason LIKE '%worker_lost%'))"
        " UNION ALL SELECT 'task', id, status, fence, lease_until FROM tasks"
        " WHERE ended_at IS NULL AND status = 'processing' ORDER BY 1, 2"
    )
    EVERY = 0.5
    MOST = 60

    def __init__(self, cluster, ledger):
        super().__init__(daemon=True)
        self.cluster, self.ledger = cluster, ledger
        self.longest = 0.0
        self.takeovers = 0
        self._signs = {}
        self._end = threading.Event()

    def run(self):
        before = time.monotonic()
        while not self._end.wait(self.EVERY):
            now = time.monotonic()
            if not self.cluster.able():
                # Nobody could: this time does not count.
                self._signs = {key: (sign, at + now - before) for key, (sign, at) in self._signs.items()}
            elif self.cluster.postgres.process.poll() is None:
                self._look(now)
            before = now

    def _look(self, now):
        try:
            rows = self.cluster.postgres.query(self.SQL)
        except (RuntimeError, subprocess.TimeoutExpired):
            return
        signs = {}
        for kind, id, status, fence, lease in rows:
            key, lives = (kind, id), status == "processing"
            old, at = self._signs.get(key, ((fence, lease), now))
            sign = (fence, lease) if lives else old
            signs[key] = (sign, at if sign == old else now)
            self._measure(key, now - at, ended=sign != old)
        for key, (_, at) in self._signs.items():
            if key not in signs:
                self._measure(key, now - at, ended=True)
        self._signs = signs

    def _measure(self, key, silence, ended):
        if ended and silence > 15:
            # A worker that lives speaks every ten seconds.
            self.takeovers += 1
        self.longest = max(self.longest, silence)
        if silence > self.MOST:
            self.ledger.complain(f"{key[0]} {key[1]} was left alone for more than {self.MOST} s")

    def end(self):
        self._end.set()
        self.join()
