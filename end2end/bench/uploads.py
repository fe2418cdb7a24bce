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
import shutil
import subprocess
import tempfile
from pathlib import Path

from common import BIN, INPUT, Measurement, Server, delivered_files, measure, median, save
from peers import seconds_of
from stores import BUCKET, Azurite, S3rver, Sftp

ROUNDS = int(os.environ.get("WAYBILL_BENCH_ROUNDS", "3"))
# Of TPC-H: lineitem is a gigabyte of CSV.
SCALE = os.environ.get("WAYBILL_BENCH_SCALE", "1.4")
AIMS = {"times_rclone": 1.0, "peak_mib": 200}
STORES = {"sftp": Sftp, "s3": S3rver, "azure": Azurite}


def lineitem():
    """The table as Parquet, made once."""
    folder = INPUT / f"sf{SCALE}" / "parquet"
    file = folder / "lineitem.parquet"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        argv = [BIN / "tpchgen-cli", "parquet", "-s", SCALE, "--tables", "lineitem", "--output-dir", folder]
        subprocess.run(argv, check=True, stdin=subprocess.DEVNULL)
    return file


def for_rclone(store):
    """Where rclone puts its copy, and what it is told of the remote."""
    match store:
        case Sftp():
            # Its own check reads sums from a shell, which there is none of; ours has hashed what it sent.
            return f"{store.place}/rclone.csv", {
                "TYPE": "sftp",
                "HOST": "127.0.0.1",
                "PORT": str(store.port),
                "USER": store.user,
                "KEY_FILE": str(store.folder / "user"),
                "DISABLE_HASHCHECK": "true",
            }
        case S3rver():
            return f"{BUCKET}/rclone.csv", {
                "TYPE": "s3",
                "PROVIDER": "Other",
                "ACCESS_KEY_ID": "S3RVER",
                "SECRET_ACCESS_KEY": "S3RVER",
                "ENDPOINT": store.url,
                "FORCE_PATH_STYLE": "true",
                "NO_CHECK_BUCKET": "true",
            }
        case Azurite():
            return f"{BUCKET}/rclone.csv", {"TYPE": "azureblob", "USE_EMULATOR": "true", "ENDPOINT": store.url}


def empty(store):
    """Removes the files of a turn, and leaves the records of runs."""
    target, settings = for_rclone(store)
    place = target.rsplit("/", 1)[0]
    argv = ["rclone", "delete", f"bench:{place}", "--include", "*.csv"]
    subprocess.run(argv, check=True, env=environment(settings))


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


def beside(ours, name, store, file, size):
    """Both in turn, each once to warm up; gives the medians."""
    kind, config, secrets = store.connection()
    export = ours.export_to(name, kind, config, secrets)
    target, settings = for_rclone(store)
    copy = ["rclone", "copyto", "--ignore-times", "--no-check-dest", file, f"bench:{target}"]
    programs = {
        "waybill": lambda: ours.deliver(export),
        "rclone": lambda: (measure(copy, env=environment(settings)), size),
    }
    measured = {name: [] for name in programs}
    for turn in range(ROUNDS + 1):
        for who, program in programs.items():
            figures, sent = program()
            if sent != size:
                raise RuntimeError(f"{who} sent {sent} bytes to {name}, not {size}")
            if turn > 0:
                measured[who].append(figures)
            empty(store)
    return {who: median(runs) for who, runs in measured.items()}


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
            for name, kind in STORES.items():
                store = kind(work / name)
                try:
                    store.start()
                    medians = beside(ours, name, store, file, size)
                finally:
                    store.stop()
                    shutil.rmtree(store.folder, ignore_errors=True)
                show(name, size, medians)
                times = medians["waybill"].wall / medians["rclone"].wall
                peak = medians["waybill"].rss
                print(f"  {'':8}{times:.2f} × rclone (aim {AIMS['times_rclone']}), {peak:.0f} MiB (aim {AIMS['peak_mib']})")
                figures[name] = {who: vars(m) for who, m in medians.items()}
    save("uploads", {"bytes": size, **figures})


if __name__ == "__main__":
    main()
