"""Runs the statements given as JSON on standard input in DuckDB; prints the last one's rows as JSON."""

import json
import sys

import duckdb

connection = duckdb.connect()
rows = []
for statement in json.load(sys.stdin):
    cursor = connection.execute(statement)
    rows = cursor.fetchall() if cursor.description else []
print(json.dumps(rows, default=str))
