"""lineitem from Parquet to CSV and from CSV to Parquet, beside DuckDB and sling.

Each case: one run to warm up, then five of each program in turn, medians, and the ratios to ours. Files are
in the page cache; nobody syncs but us. What the others do not do: no refresh into a snapshot, no counts
checked, no checksums, no manifest, no atomic publishing, no state to survive a crash with.

  engine   our crates alone: `refresh_bench` (file to snapshot), `deliver_bench` (snapshot to destination)
  server   the same through REST: "deliver" from the latest snapshot, "renew" after the source has changed
"""

import os
import shutil
import tempfile
from pathlib import Path

from common import BIN, EXAMPLES, INPUT, Measurement, Server, measure, median, own_size, save, sql, tpch

RUNS = int(os.environ.get("WAYBILL_BENCH_RUNS", "5"))
# sling needs minutes for the large file: it runs once there, unless this is set.
PATIENT = "WAYBILL_BENCH_PATIENT" in os.environ
ROWS = {"1M": 1_000_000, "6M": 6_001_215}


def inputs():
    """`{size: {format: folder}}`, each folder with one file of lineitem."""
    whole = tpch()["lineitem"]
    folders = {}
    for size, rows in ROWS.items():
        for kind in ("parquet", "csv"):
            folder = INPUT / "peers" / size / kind
            target = folder / f"lineitem.{kind}"
            if not target.exists():
                folder.mkdir(parents=True, exist_ok=True)
                if size == "6M":
                    os.link(whole[kind], target)
                else:
                    options = "FORMAT parquet, COMPRESSION snappy" if kind == "parquet" else "FORMAT csv, HEADER"
                    read = f"read_parquet('{whole['parquet']}')"
                    sql(f"COPY (FROM {read} LIMIT {rows}) TO '{target}' ({options})")
            folders.setdefault(size, {})[kind] = folder
    return folders


def sling_environment(home):
    """A home in which sling finds DuckDB's program and extensions, which it would download."""
    site = next((BIN.parent / "lib").glob("python*/site-packages"))
    extensions = home / ".duckdb/extensions/v1.5.5/linux_amd64"
    extensions.mkdir(parents=True)
    for file in site.glob("duckdb_extension_*/extensions/v1.5.5/*.duckdb_extension"):
        shutil.copy(file, extensions)
    return site / "sling_linux_amd64/bin/sling-linux-amd64", {
        **os.environ,
        "HOME": str(home),
        "SLING_HOME_DIR": str(home),
        "SLING_DISABLE_TELEMETRY": "true",
        "DUCKDB_PATH": str(BIN / "duckdb"),
    }


class Case:
    """One direction at one size: the programs that run it, each into a folder that is emptied before."""

    def __init__(self, size, source, target, work, sling):
        self.size, self.source, self.target = size, source, target
        self.work = work
        self.sling, self.sling_env = sling
        self.folder = inputs()[size][source]
        self.input = self.folder / f"lineitem.{source}"

    def programs(self):
        return {
            "engine refresh": self.engine_refresh,
            "engine deliver": self.engine_deliver,
            "duckdb": self.duckdb,
            "sling": self.run_sling,
        }

    def output(self, name):
        folder = self.work / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def engine_refresh(self):
        return measure([EXAMPLES / "refresh_bench", self.folder, "lineitem", self.output("lake") / "snapshot"])

    def engine_deliver(self):
        # From a snapshot, which is Parquet whatever the source was.
        snapshot = inputs()[self.size]["parquet"] / "lineitem.parquet"
        return measure([EXAMPLES / "deliver_bench", snapshot, self.target, self.output("delivered")])

    def duckdb(self):
        reader = "read_parquet" if self.source == "parquet" else "read_csv"
        options = "FORMAT parquet, COMPRESSION zstd" if self.target == "parquet" else "FORMAT csv, HEADER"
        target = self.output("duckdb") / f"lineitem.{self.target}"
        statement = f"COPY (FROM {reader}('{self.input}')) TO '{target}' ({options})"
        return measure([BIN / "duckdb", "-c", statement])

    def run_sling(self):
        target = self.output("sling") / f"lineitem.{self.target}"
        return measure(
            [self.sling, "run", "--src-stream", f"file://{self.input}", "--tgt-object", f"file://{target}"],
            env=self.sling_env,
        )


class ServerCase:
    """The same through a server, whose own figures are taken from the kernel."""

    def __init__(self, server, size, source, target, work):
        self.server = server
        folder = work / f"source-{size}-{source}"
        folder.mkdir()
        self.file = folder / f"lineitem.{source}"
        os.link(inputs()[size][source] / f"lineitem.{source}", self.file)
        table = server.source(f"{size} {source}", folder)["lineitem"]
        self.out = work / f"delivered-{size}-{source}"
        connection = server.connection(f"{size} {source} to {target}", self.out)
        self.export = server.export(f"{size} {source} to {target}", connection, table, {"format": target})

    def programs(self):
        return {"server deliver": self.deliver, "server renew": self.renew}

    def renew(self):
        os.utime(self.file)
        return self.deliver()

    def deliver(self):
        self.server.forget_peak()
        cpu = self.server.cpu()
        run = self.server.wait(self.server.run(self.export))
        if run["status"] != "successful":
            raise RuntimeError(f"the run ended {run}")
        figures = Measurement(seconds_of(run), self.server.cpu() - cpu, self.server.memory("VmHWM"))
        for path in self.out.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return figures


def seconds_of(run):
    """From the request to the end, as the server wrote it down."""
    from datetime import datetime

    instant = lambda text: datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (instant(run["ended_at"]) - instant(run["queued_at"])).total_seconds()


def main():
    figures = {}
    with tempfile.TemporaryDirectory(prefix="waybill-peers-", dir=INPUT) as work:
        work = Path(work)
        (work / "home").mkdir()
        sling = sling_environment(work / "home")
        server = Server(work / "data", allow_roots=[work]).prepare()
        with server:
            for source, target in (("parquet", "csv"), ("csv", "parquet")):
                for size in ROWS:
                    title = f"{size} rows, {source} to {target}"
                    programs = {
                        **Case(size, source, target, work, sling).programs(),
                        **ServerCase(server, size, source, target, work).programs(),
                    }
                    figures[title] = in_turn(title, programs)
    compare(figures)
    save("peers", figures)


def in_turn(title, programs):
    """Warms up, then runs the programs in turn; prints and gives the medians."""
    print(f"\n{title} ({RUNS} runs each, medians; the harness itself is {own_size():.0f} MiB)")
    once = set() if PATIENT or title.startswith("1M") else {"sling"}
    for name, program in programs.items():
        if name not in once:
            program()
    measured = {name: [] for name in programs}
    for turn in range(RUNS):
        for name, program in programs.items():
            if turn == 0 or name not in once:
                measured[name].append(program())
    medians = {name: median(runs) for name, runs in measured.items()}
    print(f"  {'':16}{'wall s':>9}{'spread':>16}{'cpu s':>9}{'peak MiB':>10}")
    for name, m in medians.items():
        walls = [run.wall for run in measured[name]]
        print(f"  {name:16}{m.wall:9.2f}{min(walls):9.2f}–{max(walls):.2f}{m.cpu:9.2f}{m.rss:10.0f}")
    return {name: vars(m) for name, m in medians.items()}


def compare(figures):
    """How many times our wall time and memory the others need, and how memory grows with rows."""
    print("\nOthers ÷ ours (above 1: we need less)")
    for title, medians in figures.items():
        ours = medians["server renew"]
        for peer in ("duckdb", "sling"):
            theirs = medians[peer]
            print(f"  {title}: {peer} {theirs['wall'] / ours['wall']:.2f} × wall, {theirs['rss'] / ours['rss']:.2f} × memory")
    for source, target in (("parquet", "csv"), ("csv", "parquet")):
        small, large = (figures[f"{size} rows, {source} to {target}"]["server renew"]["rss"] for size in ROWS)
        print(f"  {source} to {target}: {small:.0f} MiB at 1M rows, {large:.0f} MiB at 6M")


if __name__ == "__main__":
    main()
