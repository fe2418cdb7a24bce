"""Deliveries of a CSV of a gigabyte to each kind of remote store, beside `rclone` that copies the same file there.

  sftp   OpenSSH's server, on this machine's disk
  s3     npm's s3rver, which checks signatures and keeps objects on disk
  azure  npm's Azurite, blocks on disk

Theirs is a file that is there; ours is made of a snapshot on the way: read, turned into CSV, hashed. What that costs alone is
the line `folder`, a delivery to a local folder, whose file is the one that rclone copies. Both go to the same server over
loopback, in turn. Peaks of memory are the kernel's: of rclone's process, and of the whole server, which did all else before.

Fails for nothing: the aims stand beside the figures.
"""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from common import BIN, INPUT, ROOT, Measurement, Server, delivered_files, measure, median, save
from peers import seconds_of

ROUNDS = int(os.environ.get("WAYBILL_BENCH_ROUNDS", "3"))
# Of TPC-H: lineitem is a gigabyte of CSV.
SCALE = os.environ.get("WAYBILL_BENCH_SCALE", "1.4")
AIMS = {"times_rclone": 1.0, "peak_mib": 200}
MODULES = ROOT / "end2end/node_modules"
SCRIPTS = ROOT / "server/connectors/src/conformance/servers"
BUCKET = "deliveries"
# Azurite's own, the same everywhere.
ACCOUNT = "devstoreaccount1"
AZURE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


def lineitem():
    """The table as Parquet, made once."""
    folder = INPUT / f"sf{SCALE}" / "parquet"
    file = folder / "lineitem.parquet"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        argv = [BIN / "tpchgen-cli", "parquet", "-s", SCALE, "--tables", "lineitem", "--output-dir", folder]
        subprocess.run(argv, check=True, stdin=subprocess.DEVNULL)
    return file


class Store:
    """A server of somebody else, which ends with this program."""

    # Seconds that it may take to listen.
    PATIENCE = 60

    def __init__(self, folder):
        self.folder = folder
        self.folder.mkdir()
        self.process = None

    def spawn(self, argv, **more):
        self.process = subprocess.Popen([str(part) for part in argv], cwd=self.folder, text=True, **more)

    def listens_on(self):
        """The port that its script names."""
        for line in self.process.stdout:
            found = re.search(r"listen(?:s|ing) on (?:http://127\.0\.0\.1:)?(\d+)", line)
            if found:
                return int(found[1])
        raise RuntimeError(f"{type(self).__name__} ended with {self.process.wait()}")

    def answers(self, port):
        deadline = time.monotonic() + self.PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{type(self).__name__} does not answer at port {port}") from None
                time.sleep(0.1)

    def empty(self):
        """Removes the files of a turn, and leaves the records of runs."""
        target, settings = self.rclone()
        place = target.rsplit("/", 1)[0]
        argv = ["rclone", "delete", f"bench:{place}", "--include", "*.csv"]
        subprocess.run(argv, check=True, env=environment(settings))

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=30)


class Sftp(Store):
    """OpenSSH's server, for whoever runs this."""

    name = "sftp"

    def start(self):
        for key in ("host", "user"):
            argv = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / key]
            subprocess.run(argv, check=True)
        shutil.copy(self.folder / "user.pub", self.folder / "authorized_keys")
        settings = [f"HostKey {self.folder}/host", f"AuthorizedKeysFile {self.folder}/authorized_keys"]
        settings += ["Subsystem sftp internal-sftp", "PidFile none", "UseDNS no", "UsePAM no", "StrictModes no"]
        settings += ["PermitRootLogin prohibit-password", "PasswordAuthentication no", "ListenAddress 127.0.0.1"]
        (self.folder / "sshd_config").write_text("\n".join(settings) + "\n")
        if os.getuid() == 0:
            # Debian's service makes it when it starts.
            Path("/run/sshd").mkdir(exist_ok=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.spawn(["/usr/sbin/sshd", "-D", "-e", "-f", self.folder / "sshd_config", "-p", self.port], stderr=subprocess.DEVNULL)
        self.answers(self.port)
        self.place = self.folder / "files"
        self.place.mkdir()
        self.user = subprocess.run(["id", "-un"], check=True, capture_output=True, text=True).stdout.strip()

    def connection(self):
        told = subprocess.run(["ssh-keygen", "-l", "-f", self.folder / "host.pub"], check=True, capture_output=True, text=True)
        config = {"host": "127.0.0.1", "port": self.port, "username": self.user, "folder": str(self.place)}
        config["host_key"] = told.stdout.split()[1]
        return "sftp", config, {"private_key": (self.folder / "user").read_text()}

    def rclone(self):
        # Its own check reads sums from a shell, which there is none of; ours has hashed what it sent.
        return f"{self.place}/rclone.csv", {
            "TYPE": "sftp",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "USER": self.user,
            "KEY_FILE": str(self.folder / "user"),
            "DISABLE_HASHCHECK": "true",
        }


class S3(Store):
    """s3rver. It has no conditional writes, which are switched off."""

    name = "s3"

    def start(self):
        objects = self.folder / "objects"
        objects.mkdir()
        self.spawn(
            ["node", SCRIPTS / "s3rver.cjs", objects],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "NODE_PATH": str(MODULES)},
        )
        self.url = f"http://127.0.0.1:{self.listens_on()}"

    def connection(self):
        config = {"bucket": BUCKET, "endpoint": self.url, "conditional_writes": "off"}
        return "s3", config, {"access_key_id": "S3RVER", "secret_access_key": "S3RVER"}

    def rclone(self):
        return f"{BUCKET}/rclone.csv", {
            "TYPE": "s3",
            "PROVIDER": "Other",
            "ACCESS_KEY_ID": "S3RVER",
            "SECRET_ACCESS_KEY": "S3RVER",
            "ENDPOINT": self.url,
            "FORCE_PATH_STYLE": "true",
            "NO_CHECK_BUCKET": "true",
        }


class Azure(Store):
    """Azurite, with its blocks on disk."""

    name = "azure"

    def start(self):
        blobs = MODULES / "azurite/dist/src/blob/main.js"
        argv = ["node", blobs, "--blobHost", "127.0.0.1", "--blobPort", "0", "--location", self.folder]
        argv += ["--skipApiVersionCheck", "--disableTelemetry", "--silent"]
        self.spawn(argv, stdout=subprocess.PIPE)
        self.url = f"http://127.0.0.1:{self.listens_on()}/{ACCOUNT}"
        measure(["rclone", "mkdir", f"bench:{BUCKET}"], env=environment(self.rclone()[1]))

    def connection(self):
        config = {"account": ACCOUNT, "container": BUCKET, "endpoint": self.url}
        return "azure_blob", config, {"account_key": AZURE_KEY}

    def rclone(self):
        return f"{BUCKET}/rclone.csv", {"TYPE": "azureblob", "USE_EMULATOR": "true", "ENDPOINT": self.url}


def environment(settings):
    """What tells rclone of a remote `bench`: neither files of settings nor what the machine has for a cloud are read."""
    remote = {f"RCLONE_CONFIG_BENCH_{key}": value for key, value in settings.items()}
    machine = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "AZURE_", "RCLONE_"))}
    return {**machine, **remote, "RCLONE_CONFIG": "/dev/null"}


class Ours:
    """Runs of exports of one table, by the server's own figures."""

    def __init__(self, server, table):
        self.server, self.table = server, table

    def export_to(self, name, kind, config, secrets):
        body = {"name": name, "type": kind, "config": config, "secrets": secrets}
        body |= {"audience": "administrators", "consent": True}
        connection = self.server.call("POST", "/connections", body)
        return self.server.export(name, connection, self.table, {"format": "csv"})

    def deliver(self, export):
        """One run, and the bytes that it delivered."""
        self.server.forget_peak()
        cpu = self.server.cpu()
        run = self.server.wait(self.server.run(export), seconds=1800)
        if run["status"] != "successful":
            raise RuntimeError(f"the run ended {run}")
        files = delivered_files(self.server, run["id"])
        figures = Measurement(seconds_of(run), self.server.cpu() - cpu, self.server.memory("VmHWM"))
        return figures, sum(file["bytes"] for file in files)


def beside(ours, store, file, size):
    """Both in turn, each once to warm up; gives the medians."""
    kind, config, secrets = store.connection()
    export = ours.export_to(store.name, kind, config, secrets)
    target, settings = store.rclone()
    copy = ["rclone", "copyto", "--ignore-times", "--no-check-dest", file, f"bench:{target}"]
    programs = {
        "waybill": lambda: ours.deliver(export),
        "rclone": lambda: (measure(copy, env=environment(settings)), size),
    }
    measured = {name: [] for name in programs}
    for turn in range(ROUNDS + 1):
        for name, program in programs.items():
            figures, sent = program()
            if sent != size:
                raise RuntimeError(f"{name} sent {sent} bytes to {store.name}, not {size}")
            if turn > 0:
                measured[name].append(figures)
            store.empty()
    return {name: median(runs) for name, runs in measured.items()}


def show(what, size, medians):
    for name, m in medians.items():
        rate = size / m.wall / 1e6
        print(f"  {what:8}{name:10}{m.wall:9.2f}{rate:10.0f}{m.cpu:9.2f}{m.rss:11.0f}")


def main():
    figures = {}
    with tempfile.TemporaryDirectory(prefix="waybill-uploads-", dir=INPUT) as work:
        work = Path(work)
        (work / "source").mkdir()
        os.link(lineitem(), work / "source/lineitem.parquet")
        # The stores are on this machine.
        allowed = {"WAYBILL_ALLOW_ADDRESS": "127.0.0.1/32"}
        server = Server(work / "data", allow_roots=[work], environment=allowed).prepare()
        with server:
            ours = Ours(server, server.source("lineitem", work / "source")["lineitem"])
            folder = work / "folder"
            folder.mkdir()
            export = ours.export_to("folder", "local_folder", {"path": str(folder)}, {})
            runs, files = [], []
            for _ in range(ROUNDS + 1):
                runs.append(ours.deliver(export))
                for file in files:
                    file.unlink(missing_ok=True)
                files = list(folder.rglob("*.csv"))
            (file,), size = files, runs[0][1]
            alone = median([run for run, _ in runs[1:]])
            print(f"{size / 1e9:.2f} GB of CSV, medians of {ROUNDS} in turn")
            print(f"  {'':18}{'wall s':>9}{'MB/s':>10}{'cpu s':>9}{'peak MiB':>11}")
            show("folder", size, {"waybill": alone})
            figures["folder"] = {"waybill": vars(alone)}
            for kind in (Sftp, S3, Azure):
                store = kind(work / kind.name)
                try:
                    store.start()
                    medians = beside(ours, store, file, size)
                finally:
                    store.stop()
                    shutil.rmtree(store.folder, ignore_errors=True)
                show(store.name, size, medians)
                times = medians["waybill"].wall / medians["rclone"].wall
                peak = medians["waybill"].rss
                print(f"  {'':8}{times:.2f} × rclone (aim {AIMS['times_rclone']}), {peak:.0f} MiB (aim {AIMS['peak_mib']})")
                figures[store.name] = {name: vars(m) for name, m in medians.items()}
    save("uploads", {"bytes": size, **figures})


if __name__ == "__main__":
    main()
