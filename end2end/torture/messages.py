"""A receiver of webhooks that takes everything, and what it holds against the senders.

What is promised to receivers is in `server/connectors/src/webhook/mod.rs`: whoever knows the ids takes each message
once, since one with the same id has the same bytes, whichever attempt sends it; rows come in their order, after the
start; the end comes when all rows are there, and names them; no run is left without an end or an abort, nor has both.
"""

import base64
import hashlib
import hmac
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from destination import Record

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass
class Table:
    """What has come of one table of a run. `rows`: as long as they are whole, from the first on."""

    seq: int = 0
    count: int = 0
    rows: int | None = 0
    bytes: int = 0
    hash: object = field(default_factory=hashlib.sha256)
    last: str | None = None

    def add(self, id, body, rows):
        for row in rows:
            self.count += 1
            expected = {"id": self.count, "name": f"name {self.count}", "amount": self.count * 3}
            self.rows = self.count if self.rows is not None and row == expected else None
        self.seq += 1
        self.bytes += len(body)
        self.hash.update(body)
        self.last = id


@dataclass
class Run:
    place: str
    export: str
    tables: dict[str, Table]
    record: Record | None = None
    is_given_up: bool = False


class Messages:
    """All that came, by path. Bodies are forgotten but for their checksums."""

    def __init__(self):
        self.wrong = []
        # How many came, and how often one came again.
        self.looked_at = 0
        # Tests leave nothing here.
        self.tests_left = 0
        self.repeated = 0
        self._bodies = {}
        self._runs = {}
        self._lock = threading.RLock()

    def take(self, place, id, body):
        """One whole message, in the order of their ends."""
        with self._lock:
            digest = hashlib.sha256(body).digest()
            if (known := self._bodies.setdefault((place, id), digest)) != digest:
                self.wrong.append(f"message {id} came again with another body")
            if known is not digest:
                self.repeated += 1
                return
            self.looked_at += 1
            message = json.loads(body)
            kind = message["type"].removeprefix("delivery.")
            if kind != "test":
                getattr(self, f"_{kind}")(place, id, body, message["data"])

    def _run(self, place, id, data):
        run = self._runs.get(data["run_id"])
        if run is None:
            self.wrong.append(f"message {id} came before its run had begun")
            run = self._begin(place, data, [])
        elif run.record is not None:
            self.wrong.append(f"message {id} came after the end of its run")
        if (run.place, run.export) != (place, data["export"]):
            self.wrong.append(f"message {id} is of another export, or came to another place")
        return run

    def _begin(self, place, data, tables):
        run = Run(place, data["export"], {name: Table() for name in tables})
        return self._runs.setdefault(data["run_id"], run)

    def _start(self, place, id, _body, data):
        # Who gave a run up may not have heard of it: `delivery.abort` may come first.
        if data["run_id"] in self._runs and self._runs[data["run_id"]].tables:
            self.wrong.append(f"message {id} begins a run again")
        self._begin(place, data, data["tables"])

    def _rows(self, place, id, body, data):
        run = self._run(place, id, data)
        table = run.tables.setdefault(data["table"], Table())
        number = list(run.tables).index(data["table"]) + 1
        if (data["seq"], id) != (table.seq + 1, f"msg_{data['run_id']}_{number}_{table.seq + 1}"):
            self.wrong.append(f"message {id} came when {table.seq} were there of {data['table']}")
        table.add(id, body, data["rows"])

    def _end(self, place, id, _body, data):
        run = self._run(place, id, data)
        there = [
            {
                "name": name,
                "rows": table.count,
                "bytes": table.bytes,
                "sha256": table.hash.hexdigest(),
                "last_message": table.last,
            }
            for name, table in run.tables.items()
        ]
        if data["tables"] != there:
            self.wrong.append(f"run {data['run_id']} ended with {data['tables']}, received was {there}")
        if run.is_given_up:
            self.wrong.append(f"run {data['run_id']} ended after it was given up")
        folder = f"{place}/{run.export}"
        files = [{**table, "path": f"{folder}/{table['name']}"} for table in data["tables"]]
        run.record = Record(f"{folder}/{id}", folder, data["run_id"], data["publish"], False, files, where=self)

    def _abort(self, place, id, _body, data):
        run = self._runs.get(data["run_id"]) or self._begin(place, data, [])
        run.is_given_up = True
        if run.record is not None:
            self.wrong.append(f"run {data['run_id']} was given up after its end")

    # As a destination.

    def records(self):
        with self._lock:
            return {run.record.path: run.record for run in self._runs.values() if run.record is not None}

    def look(self, settled):
        """What is wrong. `settled`: nothing is under way, so no run may be open."""
        with self._lock:
            wrong = list(self.wrong)
            if settled:
                open_ones = [id for id, run in self._runs.items() if run.record is None and not run.is_given_up]
                wrong += [f"run {id} was begun, and neither ended nor given up" for id in open_ones]
            return wrong

    def rows(self, path, run):
        """How many rows came of a table, if they are whole."""
        with self._lock:
            return self._runs[run].tables[path.rpartition("/")[2]].rows


class Receiver:
    """Answers on a free port while this program runs."""

    def __init__(self):
        self.messages = Messages()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def _handler(self):
        messages = self.messages

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                length = int(self.headers["content-length"])
                body = self.rfile.read(length)
                if len(body) < length:
                    # The sender was killed while it spoke.
                    self.close_connection = True
                    return
                is_signed = signed(self.headers["webhook-id"], self.headers["webhook-timestamp"], body)
                if is_signed not in self.headers["webhook-signature"].split():
                    return self._answer(401)
                messages.take(self.path.strip("/"), self.headers["webhook-id"], body)
                self._answer(204)

            def do_HEAD(self):
                self._answer(405)

            def _answer(self, status):
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def handle(self):
                try:
                    super().handle()
                except ConnectionError:
                    pass  # A sender that was killed.

            def log_message(self, *_args):
                pass

        return Handler


def signed(id, timestamp, body):
    """What Standard Webhooks wants of a message."""
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    tag = hmac.digest(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(tag).decode()}"
