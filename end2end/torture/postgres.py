"""A PostgreSQL of our own, and a wire to it that can be cut.

The cluster listens on a socket in its folder alone. Each server reaches it through a small proxy on loopback, so
that one server can lose the database while the others keep it.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path


def program(name):
    """The newest PostgreSQL of Debian's packages, else whatever the path has."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    return found[-1] if found else Path(shutil.which(name) or name)


def as_owner():
    """What makes a command run as another user: PostgreSQL refuses root. It dies with us, however we end."""
    words = ["setpriv", "--pdeathsig", "QUIT"]
    if os.getuid() == 0:
        user = pwd.getpwnam("postgres")
        words += [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    return [*words, "--"]


class Postgres:
    """One cluster with one database. A crash of its processes loses nothing: commits are synchronous; only `fsync`
    is off, which matters to a crash of the machine alone."""

    SETTINGS = ["listen_addresses=", "shared_buffers=32MB", "max_connections=100", "fsync=off", "full_page_writes=off"]

    def __init__(self, folder):
        self.folder = Path(folder)
        self.process = None

    @property
    def socket(self):
        return str(self.folder / ".s.PGSQL.5432")

    def create(self):
        self.folder.mkdir(parents=True)
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            # The folders above may be closed to others.
            for above in list(self.folder.parents)[:2]:
                if above.stat().st_uid == 0 and str(above) != "/":
                    above.chmod(above.stat().st_mode | 0o011)
        initdb = ["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8"]
        done = subprocess.run(
            [*as_owner(), program("initdb"), *initdb, "-D", self.folder / "data"], capture_output=True, text=True
        )
        if done.returncode != 0:
            raise RuntimeError(f"initdb: {done.stderr[-2000:]}")
        return self

    def start(self):
        settings = [part for setting in self.SETTINGS for part in ("-c", setting)]
        log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(
            [*as_owner(), program("postgres"), "-D", self.folder / "data", "-k", self.folder, *settings],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        log.close()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                self.query("SELECT 1")
                return self
            except RuntimeError:
                time.sleep(0.1)
        raise RuntimeError(f"PostgreSQL did not start: see {self.folder}/log")

    def stop(self, how=signal.SIGQUIT):
        """SIGQUIT: at once, as in a crash of the program."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(timeout=60)

    def query(self, sql):
        """The rows of a statement, as lists of text; asked past the proxies."""
        done = subprocess.run(
            [program("psql"), "-h", self.folder, "-U", "postgres", "-XAtq", "-F", "\t", "-c", sql],
            capture_output=True,
            text=True,
            timeout=30,
        )
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip()[-500:])
        return [line.split("\t") for line in done.stdout.splitlines()]


class Proxy:
    """Carries connections from a loopback port to the socket of PostgreSQL, unless told otherwise."""

    def __init__(self, target):
        self.target = target
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self._flows = threading.Event()
        self._flows.set()
        self._refuses = False
        self._pairs = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def is_whole(self):
        return self._flows.is_set() and not self._refuses

    def drop(self):
        """Ends all connections and lets none in."""
        self._refuses = True
        self._end_all()

    def hold(self):
        """Carries nothing, and tells nobody: a cable that was pulled out."""
        self._flows.clear()

    def restore(self):
        self._refuses = False
        self._flows.set()

    def close(self):
        self._listener.close()
        self._flows.set()
        self._end_all()

    def _end_all(self):
        with self._lock:
            pairs, self._pairs = self._pairs, set()
        for pair in pairs:
            for end in pair:
                _shut(end)

    def _accept(self):
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            try:
                if self._refuses:
                    raise OSError("refused")
                far.connect(self.target)
            except OSError:
                near.close()
                far.close()
                continue
            near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._pairs.add((near, far))
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(source, sink, (near, far)), daemon=True).start()

    def _carry(self, source, sink, pair):
        try:
            while data := source.recv(1 << 16):
                self._flows.wait()
                sink.sendall(data)
        except OSError:
            pass
        for end in pair:
            _shut(end)
        with self._lock:
            if pair in self._pairs:
                self._pairs.discard(pair)
                return
        # The second of the two: nobody reads them any more.
        for end in pair:
            end.close()


def _shut(end):
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
