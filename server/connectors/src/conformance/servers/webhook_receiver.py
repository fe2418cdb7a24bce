"""A receiver of webhooks on a free port, for the tests of `webhook`. Ends with whoever started it.

Every message is checked by the reference library of Standard Webhooks. What is posted to one path is kept apart from what
is posted to another. Here is what a receiver does that sees whole deliveries: it takes each id once, and only ever with the
same bytes; it gathers rows by run; at the end it holds them against what the end says of them, and lets them take the place
of the delivery before, unless that is newer; after an end or an abort it takes no more of that run.

The tests ask over GET what is there: `/PATH?view` for the tables, `/PATH?messages` for what came, in its order. What they
PUT to `/PATH` is answered next, once for each: `{"status", "headers", "id"}`; with `id` only to that message; with
`"takes": true` after the message was taken, as if the answer had been lost.
"""

import hashlib
import json
import os
import shutil
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Refused(Exception):
    pass


class Table:
    """What has come of one table of a run."""

    def __init__(self):
        self.seq = 0
        self.rows = []
        self.bytes = 0
        self.hash = hashlib.sha256()
        self.last = None


class Place:
    """What was posted to one path."""

    def __init__(self):
        self.bodies = {}
        self.messages = []
        self.runs = {}
        self.delivered = {}
        self.answers = []

    def take(self, message_id, body):
        known = self.bodies.get(message_id)
        if known is not None:
            if known != body:
                raise Refused("another message had this id")
            return
        message = json.loads(body)
        kind, data = message["type"], message["data"]
        if kind != "delivery.test":
            getattr(self, kind.removeprefix("delivery."))(message_id, body, data)
        self.bodies[message_id] = body

    def run(self, data):
        run = self.runs.get(data["run_id"])
        if run is None:
            raise Refused("the run has not begun")
        if run["over"]:
            raise Refused("the run has ended")
        return run

    def start(self, message_id, body, data):
        tables = {name: Table() for name in data["tables"]}
        self.runs[data["run_id"]] = {"tables": tables, "over": False}

    def rows(self, message_id, body, data):
        table = self.run(data)["tables"][data["table"]]
        table.seq += 1
        if data["seq"] != table.seq or not message_id.endswith(f"_{table.seq}"):
            raise Refused("a message is missing, or has the id of another")
        table.rows += data["rows"]
        table.bytes += len(body)
        table.hash.update(body)
        table.last = message_id

    def end(self, message_id, body, data):
        run = self.run(data)
        if [table["name"] for table in data["tables"]] != list(run["tables"]):
            raise Refused("these are not the tables of the run")
        for told in data["tables"]:
            table = run["tables"][told["name"]]
            found = {
                "name": told["name"],
                "rows": len(table.rows),
                "bytes": table.bytes,
                "sha256": table.hash.hexdigest(),
                "last_message": table.last,
            }
            if told != found:
                raise Refused(f"{found} was received")
        run["over"] = True
        before = self.delivered.get(data["export"])
        if before is None or before["publish"] < data["publish"]:
            tables = {name: table.rows for name, table in run["tables"].items()}
            self.delivered[data["export"]] = {"publish": data["publish"], "tables": tables}

    def abort(self, message_id, body, data):
        run = self.runs.setdefault(data["run_id"], {"tables": {}, "over": False})
        if run["over"]:
            raise Refused("the run has ended")
        run["over"] = True

    def view(self):
        return {
            f"{export}/{name}": rows
            for export, delivery in self.delivered.items()
            for name, rows in delivery["tables"].items()
        }


places = {}
turn = threading.Lock()


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def place(self):
        return places.setdefault(self.path.partition("?")[0], Place())

    def body(self):
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def answer(self, status, content=b"", headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_HEAD(self):
        self.answer(405)

    def do_GET(self):
        with turn:
            place = self.place()
            found = place.view() if self.path.endswith("?view") else place.messages
            self.answer(200, json.dumps(found).encode())

    def do_PUT(self):
        with turn:
            self.place().answers.append(json.loads(self.body()))
            self.answer(204)

    def do_POST(self):
        body = self.body()
        with turn:
            self.answer(*self.received(self.place(), body))

    def received(self, place, body):
        message_id = self.headers["webhook-id"]
        try:
            Webhook(SECRET).verify(body, dict(self.headers))
        except WebhookVerificationError as error:
            return 401, str(error).encode()
        if self.headers["idempotency-key"] != message_id or self.headers["content-type"] != "application/json":
            return 400, b"the headers are not those of a message"
        place.messages.append([message_id, body.decode()])
        told = next((told for told in place.answers if told.get("id") in (None, message_id)), None)
        if told is not None:
            place.answers.remove(told)
        try:
            if told is None or told.get("takes"):
                place.take(message_id, body)
        except Refused as error:
            return 422, str(error).encode()
        if told is not None:
            return told["status"], b"as it was told", told.get("headers")
        return 204, b""

    def log_message(self, *_args):
        pass


def end_with_the_test():
    sys.stdin.read()
    shutil.rmtree(sys.argv[1], ignore_errors=True)
    os._exit(0)


threading.Thread(target=end_with_the_test, daemon=True).start()
server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
print(f"listening on {server.server_port}", flush=True)
server.serve_forever()
