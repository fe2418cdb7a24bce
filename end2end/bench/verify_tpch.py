"""Delivers TPC-H orders and lineitem, read from Parquet and from CSV, in each of three formats, and lets
DuckDB compare source and delivery: row by row with multiplicity both ways, and type by type for Parquet.
Text formats are compared by value, after casting to the types of the Parquet source.

Driven through REST, or by a person's path in Chromium: `verify_tpch.py rest|browser`."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from common import HERE, INPUT, Server, delivered_files, save, sql, tpch

FORMATS = ("csv", "parquet", "jsonl")


def described(relation):
    """`[(column, type)]` of something DuckDB can read."""
    return [(row[0], row[1]) for row in sql(f"DESCRIBE SELECT * FROM {relation}")]


def reader(kind, files, columns):
    """How DuckDB reads delivered files: text as text, to be cast afterwards."""
    listed = "[" + ", ".join(f"'{file}'" for file in files) + "]"
    if kind == "parquet":
        return f"read_parquet({listed})"
    names = ", ".join(f"'{column}': 'VARCHAR'" for column, _ in columns)
    if kind == "csv":
        return f"read_csv({listed}, header = true, delim = ',', quote = '\"', escape = '\"', columns = {{{names}}})"
    return f"read_json({listed}, format = 'newline_delimited', columns = {{{names}}})"


def differences(source, delivery, columns):
    """Rows of one side that the other lacks, duplicates counted; and both row counts."""
    cast = ", ".join(f'CAST("{column}" AS {kind}) AS "{column}"' for column, kind in columns)
    left, right = f"(SELECT {cast} FROM {source})", f"(SELECT {cast} FROM {delivery})"
    ((missing, added, before, after),) = sql(
        f"SELECT (SELECT count(*) FROM (FROM {left} EXCEPT ALL FROM {right})),"
        f" (SELECT count(*) FROM (FROM {right} EXCEPT ALL FROM {left})),"
        f" (SELECT count(*) FROM {source}), (SELECT count(*) FROM {delivery})"
    )
    return missing, added, before, after


def cases(source_kind, work):
    """`{title: (table, format, folder)}` of one source."""
    folder = lambda title: work / title.replace(", ", "-").replace(" ", "-")
    titles = {f"{name}, {source_kind} to {kind}": (name, kind) for name in ("orders", "lineitem") for kind in FORMATS}
    return {title: (*case, folder(title)) for title, case in titles.items()}


def through_rest(server, files, work):
    """Yields `(source kind, table, format, folder, title, run)` of each delivery, once it has ended."""
    for source_kind in ("parquet", "csv"):
        tables = server.source(f"TPC-H as {source_kind}", files["orders"][source_kind].parent)
        for title, (name, kind, out) in cases(source_kind, work).items():
            export = server.export(title, server.connection(title, out), tables[name], {"format": kind})
            yield source_kind, name, kind, out, title, server.run(export)


def through_browser(server, files, work):
    """The same, by a person's path in Chromium (`walk.mjs`)."""
    labels = {"csv": "CSV", "parquet": "Parquet", "jsonl": "JSON Lines"}
    every, sources = {}, []
    for source_kind in ("parquet", "csv"):
        own = cases(source_kind, work)
        every.update({title: (source_kind, *case) for title, case in own.items()})
        walked = [
            {"title": title, "folder": str(out), "table": name, "format": labels[kind]}
            for title, (name, kind, out) in own.items()
        ]
        folder = files["orders"][source_kind].parent
        sources.append({"name": f"TPC-H as {source_kind}", "folder": str(folder), "tables": 2, "cases": walked})
    for *_, out in every.values():
        out.mkdir(parents=True)
    person = {"address": server.address, "email": server.EMAIL, "password": server.PASSWORD, "sources": sources}
    walk = subprocess.Popen(["node", HERE / "walk.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    walk.stdin.write(json.dumps(person))
    walk.stdin.close()
    for line in walk.stdout:
        done = json.loads(line)
        yield *every[done["title"]], done["title"], done["run"]
    if walk.wait() != 0:
        raise RuntimeError(f"the walk ended with {walk.returncode}")


def main(door):
    files = tpch()
    results, failures = [], 0
    deliveries = {"rest": through_rest, "browser": through_browser}[door]
    with tempfile.TemporaryDirectory(prefix="waybill-verify-", dir=INPUT) as work:
        work = Path(work)
        truths = {name: described(f"read_parquet('{files[name]['parquet']}')") for name in ("orders", "lineitem")}
        with Server(work / "data", allow_roots=[INPUT]).prepare() as server:
            for source_kind, name, kind, out, title, run in deliveries(server, files, work):
                run = server.wait(run)
                if run["status"] == "successful":
                    listed = delivered_files(server, run["id"])
                    found = verify(files[name], source_kind, truths[name], kind, out, run, listed)
                else:
                    found = {"rows": 0, "wrong": [f"ended {run['status']}: {run['status_reason']}"]}
                failures += bool(found["wrong"])
                results.append({"case": title, **found})
                print(f"{title}: {found['rows']:,} rows, " + ("; ".join(found["wrong"]) or "equal"), flush=True)
                for path in sorted(out.rglob("*"), reverse=True):
                    path.rmdir() if path.is_dir() else path.unlink()
    failures += 12 - len(results)
    save(f"verify_tpch_{door}", results)
    print(f"{12 - failures} passed, {failures} failed")
    sys.exit(1 if failures else 0)


def verify(source, source_kind, truth, kind, out, run, listed):
    """Everything that is wrong with one delivery, in words."""
    wrong = []
    delivered = [out / file["path"] for file in listed]
    wrong += [f"{file} is not there" for file in delivered if not file.exists()]
    if wrong or not delivered:
        return {"rows": 0, "wrong": wrong or ["no file on the waybill"]}

    delivery = reader(kind, delivered, truth)
    original = f"read_parquet('{source['parquet']}')"
    missing, added, before, after = differences(original, delivery, truth)
    if missing or added:
        wrong.append(f"{missing:,} rows are missing and {added:,} are other ones")
    if before != after:
        wrong.append(f"{before:,} rows in the source, {after:,} delivered")
    if kind == "parquet" and source_kind == "parquet":
        types = described(delivery)
        wrong += [f"{a[0]} was {a[1]}, is {b[1]}" for a, b in zip(truth, types) if a != b]
        wrong += [] if len(types) == len(truth) else [f"{len(truth)} columns, {len(types)} delivered"]
    (task,) = run["tasks"]
    if not task["rows_read"] == task["rows_written"] == after:
        wrong.append(f"the waybill says {task['rows_read']} read and {task['rows_written']} written")
    if sum(file["rows"] for file in listed) != after:
        wrong.append("the rows of the waybill's files do not add up")
    return {"rows": after, "wrong": wrong}


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "rest")
