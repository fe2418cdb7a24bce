"""The lists at size: 10,000 exports over 500 connections, 200,000 runs with their files.

  store   each order, search, filter and facet of both lists, by the calls that the services make, on SQLite and PostgreSQL:
          server/examples/list_load, which also fills the database
  pages   the same as pages of a server, one by one, signed in: from the request to the last byte, and bytes on the way
  load    the Exports page with 50 rows, plain and compressed, and the same list by REST, from 50 connections at once:
          wrk beside the server on the same processors. Processor time per answer is the server's own, and apart that of
          the threads that work in SQLite

Fails for nothing: the aims stand beside the figures.
"""

import http.client
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "torture"))

from common import EXAMPLES, Server, save  # noqa: E402
from queues import Cluster  # noqa: E402

OURS = EXAMPLES / "list_load"
SECONDS = int(os.environ.get("WAYBILL_BENCH_SECONDS", "15"))
CONNECTIONS = 50
TIMES = 100
# Pages of 200 that are gone through to a deep one.
DEEP = 20
AIMS = {"page_p99_ms": 50, "pages_per_second": 1500, "page_plain": 90_000, "page_brotli": 12_000}
CONTRIBUTOR = "contributor@bench.example"
ENCODINGS = "gzip, deflate, br, zstd"
ORDERS = "name type status refreshed_at schedule connection permission data_as_of updated_at updated_by labels owner".split()
QUERIES = {
    "search: many match": "q=sante",
    "search: one matches": "q=09876",
    "search: none matches": "q=nowhere",
    "status": "status=failed",
    "type": "type=local_folder",
    "permission": "permission=view",
    "label": "label=comptabilite",
    "200 rows": "limit=200",
}
RUNS = {
    "runs": "",
    "runs, status": "status=failed",
    "runs, file: all": "file=export-",
    "runs, file: one export": "file=export-01234",
}


class Person:
    """Somebody who is signed in, over one connection that stays open."""

    def __init__(self, server, email):
        self.wire = http.client.HTTPConnection(urllib.parse.urlsplit(server.address).netloc, timeout=60)
        form = urllib.parse.urlencode({"email": email, "password": server.PASSWORD, "next": ""})
        kind = {"content-type": "application/x-www-form-urlencoded"}
        self.wire.request("POST", "/api/ui/account/sign-in", form, kind)
        answer = self.wire.getresponse()
        answer.read()
        cookie = answer.getheader("set-cookie")
        if not cookie:
            raise RuntimeError(f"{email} could not sign in: {answer.status}")
        self.cookie = cookie.split(";")[0]

    def get(self, path, encodings=ENCODINGS):
        """Milliseconds to the last byte, and how many bytes."""
        headers = {"cookie": self.cookie, "accept": "text/html,application/json", "accept-encoding": encodings}
        began = time.perf_counter()
        self.wire.request("GET", path, headers=headers)
        answer = self.wire.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return (time.perf_counter() - began) * 1000, len(body)

    def measure(self, path):
        """One after the other: median, 99th percentile, bytes as sent and plain."""
        self.get(path)
        answers = [self.get(path) for _ in range(TIMES)]
        taken = sorted(taken for taken, _ in answers)
        return {
            "p50_ms": round(statistics.median(taken), 2),
            "p99_ms": round(taken[TIMES * 99 // 100 - 1], 2),
            "bytes_sent": answers[-1][1],
            "bytes_plain": self.get(path, "identity")[1],
        }


def deep(server, query):
    """A place far from the beginning of an order."""
    cursor = ""
    for _ in range(DEEP):
        page = server.call("GET", f"/exports?limit=200&{query}" + (f"&cursor={cursor}" if cursor else ""))
        cursor = page["next_cursor"]
    return f"{query}&cursor={cursor}"


def addresses(server):
    """Every page that is asked for, by what it shows."""
    pages = {"exports": "/data/exports"}
    for order in ORDERS:
        for sort in (order, f"-{order}"):
            pages[f"sorted by {sort}"] = f"/data/exports?sort={sort}"
            pages[f"sorted by {sort}, deep"] = f"/data/exports?{deep(server, f'sort={sort}')}"
    pages |= {what: f"/data/exports?{query}" for what, query in QUERIES.items()}
    pages |= {what: f"/data/runs?{query}" for what, query in RUNS.items()}
    return pages


@dataclass
class Spent:
    """Seconds of processor, by the process and by its threads of SQLite."""

    all: float
    sqlite: float


def spent(server):
    """What the server has used so far."""
    tick, sqlite = os.sysconf("SC_CLK_TCK"), 0
    for thread in Path(f"/proc/{server.process.pid}/task").iterdir():
        try:
            if (thread / "comm").read_text().startswith("sqlx-sqlite"):
                fields = (thread / "stat").read_text().rpartition(")")[2].split()
                sqlite += int(fields[11]) + int(fields[12])
        except FileNotFoundError:
            # It has ended since it was listed.
            continue
    return Spent(server.cpu(), sqlite / tick)


def milliseconds(text):
    """A duration as wrk writes it."""
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}[unit]


def load(server, person, path, encodings):
    """Asks from many connections at once, after a warm-up."""
    headers = {"cookie": person.cookie, "accept": "text/html,application/json", "accept-encoding": encodings}
    argv = ["wrk", f"-c{CONNECTIONS}", "-t1", "--latency", "--timeout", "30s"]
    for name, value in headers.items():
        argv += ["-H", f"{name}: {value}"]
    subprocess.run([*argv, "-d3s", server.address + path], check=True, capture_output=True)
    before = spent(server)
    done = subprocess.run(
        [*argv, f"-d{SECONDS}s", server.address + path], check=True, capture_output=True, text=True
    ).stdout
    after = spent(server)
    if re.search(r"Non-2xx|Socket errors", done):
        raise RuntimeError(f"{path}:\n{done}")
    answers = int(re.search(r"(\d+) requests in", done)[1])
    # Alone on their lines: wrk writes shares of other things with a percent sign, too.
    percentile = {name: milliseconds(value) for name, value in re.findall(r"(?m)^ +(50|99)% +(\S+)$", done)}
    return {
        "per_second": round(float(re.search(r"Requests/sec:\s+([\d.]+)", done)[1])),
        "p50_ms": round(percentile["50"], 1),
        "p99_ms": round(percentile["99"], 1),
        "cpu_ms": round((after.all - before.all) * 1000 / answers, 2),
        "sqlite_cpu_ms": round((after.sqlite - before.sqlite) * 1000 / answers, 2),
    }


def table(measured):
    """Prints what was measured, a row each."""
    columns = list(next(iter(measured.values())))
    width = max(map(len, measured))
    print(" ".join(["".ljust(width), *(column.rjust(13) for column in columns)]))
    for what, figures in measured.items():
        print(" ".join([what.ljust(width), *(f"{figures[column]:>13,}" for column in columns)]))


def on_postgres(work):
    """The store alone, on a cluster with the settings of Debian's package."""
    cluster = Cluster(work / "postgres").create()
    try:
        cluster.start()
        subprocess.run([OURS, cluster.url(cluster.database("lists"))], check=True)
    finally:
        cluster.stop()


def main():
    work = Path(tempfile.mkdtemp(prefix="waybill-lists-"))
    figures = {}
    try:
        server = Server(work / "data").prepare()
        server.tool(["user", "add", CONTRIBUTOR, "--role", "contributor"], f"{server.PASSWORD}\n")
        # What it prints comes after what this has printed.
        sys.stdout.flush()
        subprocess.run([OURS, f"sqlite://{work}/data/waybill.db"], check=True)
        on_postgres(work)
        with server:
            people = {"administrator": Person(server, server.EMAIL), "contributor": Person(server, CONTRIBUTOR)}
            pages = addresses(server)
            for who, person in people.items():
                figures[who] = {what: person.measure(path) for what, path in pages.items()}
                print(f"\nevery page, {who} (aim: p99 of {AIMS['page_p99_ms']} ms)")
                table(figures[who])
            page = figures["administrator"]["exports"]
            print(
                f"\n50 rows: {page['bytes_plain']:,} bytes (aim {AIMS['page_plain']:,}),"
                f" {page['bytes_sent']:,} as sent (aim {AIMS['page_brotli']:,})"
            )
            administrator = people["administrator"]
            figures["load"] = {
                "page, plain": load(server, administrator, "/data/exports", "identity"),
                "page, gzip": load(server, administrator, "/data/exports", "gzip"),
                "page, as browsers ask": load(server, administrator, "/data/exports", ENCODINGS),
                "page of one row, plain": load(server, administrator, "/data/exports?limit=1", "identity"),
                "REST, plain": load(server, administrator, "/api/v1/exports?limit=50", "identity"),
                "REST, as browsers ask": load(server, administrator, "/api/v1/exports?limit=50", ENCODINGS),
            }
            figures["under_load_mib"] = round(server.memory(), 1)
            print(f"\n{CONNECTIONS} connections for {SECONDS} s (aim: {AIMS['pages_per_second']:,} pages a second)")
            table(figures["load"])
            print(f"{figures['under_load_mib']} MiB afterwards")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    save("lists", figures)


if __name__ == "__main__":
    main()
