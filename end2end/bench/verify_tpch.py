"""Delivers TPC-H orders and lineitem, read from Parquet and from CSV, in each of three formats, and lets
DuckDB compare source and delivery: row by row with multiplicity both ways, and type by type for Parquet.
Text formats are compared by value, after casting to the types of the Parquet source."""

import sys
import tempfile
from pathlib import Path

from common import INPUT, Server, delivered_files, save, sql, tpch

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


def main():
    files = tpch()
    results, failures = [], 0
    with tempfile.TemporaryDirectory(prefix="waybill-verify-", dir=INPUT) as work:
        work = Path(work)
        with Server(work / "data", allow_roots=[INPUT]).prepare() as server:
            for source_kind in ("parquet", "csv"):
                tables = server.source(f"TPC-H as {source_kind}", files["orders"][source_kind].parent)
                for name in ("orders", "lineitem"):
                    truth = described(f"read_parquet('{files[name]['parquet']}')")
                    for kind in FORMATS:
                        title = f"{name}, {source_kind} to {kind}"
                        out = work / title.replace(", ", "-").replace(" ", "-")
                        connection = server.connection(title, out)
                        export = server.export(title, connection, tables[name], {"format": kind})
                        run = server.wait(server.run(export))
                        if run["status"] == "successful":
                            listed = delivered_files(server, run["id"])
                            found = verify(files[name], source_kind, truth, kind, out, run, listed)
                        else:
                            found = {"rows": 0, "wrong": [f"ended {run['status']}: {run['status_reason']}"]}
                        failures += bool(found["wrong"])
                        results.append({"case": title, **found})
                        print(f"{title}: {found['rows']:,} rows, " + ("; ".join(found["wrong"]) or "equal"))
                        for path in sorted(out.rglob("*"), reverse=True):
                            path.rmdir() if path.is_dir() else path.unlink()
    save("verify_tpch", results)
    print(f"{len(results) - failures} passed, {failures} failed")
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
    main()
