"""From the link for the first administrator to a file at the destination, over HTTP as a browser and REST would do it.

    python3 first_delivery.py LINK FOLDER

Prints, as JSON, the waybill's files. FOLDER is an allowed root, with rows of a table in its folder `in`; they are delivered to `out`.
"""

import http.client
import json
import sys
import time
import urllib.parse

ENDED = {"successful", "completed_with_warnings", "failed", "held", "skipped", "missed", "canceled"}
PATIENCE = 60
PERSON = {"name": "First", "email": "first@example.org", "password": "a long enough password 1", "time_zone": "UTC"}


class Browser:
    def __init__(self, link):
        parts = urllib.parse.urlsplit(link)
        self.wire = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
        self.code = urllib.parse.parse_qs(parts.query)["code"][0]
        self.cookie = ""

    def ask(self, method, path, body=None, kind="application/json"):
        self.wire.request(method, path, body, {"content-type": kind, "accept": "application/json", "cookie": self.cookie})
        answer = self.wire.getresponse()
        text = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {text.decode(errors='replace')}")
        return answer, text

    def set_up(self):
        """The form of the first administrator."""
        form = urllib.parse.urlencode({"code": self.code, **PERSON})
        answer, _ = self.ask("POST", "/api/ui/account/set-up", form, "application/x-www-form-urlencoded")
        self.cookie = (answer.getheader("set-cookie") or "").partition(";")[0]
        if not self.cookie.startswith("waybill_session="):
            raise RuntimeError("setting up opened no session")

    def call(self, method, path, body=None):
        _, text = self.ask(method, f"/api/v1{path}", None if body is None else json.dumps(body))
        return json.loads(text) if text else None

    def until(self, path, done):
        deadline = time.monotonic() + PATIENCE
        while not done(found := self.call("GET", path)):
            if time.monotonic() > deadline:
                raise RuntimeError(f"{path} stays as it is for a minute: {found}")
            time.sleep(0.05)
        return found


def deliver(browser, folder):
    browser.set_up()
    source = {"name": "Shop", "kind": "folder", "config": {"path": f"{folder}/in"}}
    source = browser.call("POST", "/sources", source)
    browser.call("POST", f"/sources/{source['id']}/refresh")
    tables = browser.until("/tables", lambda all: all["items"] and all["items"][0]["rows"] is not None)["items"]
    connection = {"name": "Desk", "type": "local_folder", "config": {"path": f"{folder}/out"}, "secrets": {}}
    connection = browser.call("POST", "/connections", {**connection, "audience": "administrators", "consent": True})
    export = {"name": "Customers", "connection_id": connection["id"], "items": [{"table_id": tables[0]["id"]}]}
    export = browser.call("POST", "/exports", {**export, "mode": "full", "options": {"format": "csv"}, "enabled": False})
    run = browser.call("POST", f"/exports/{export['id']}/runs")
    ended = browser.until(f"/runs/{run['id']}", lambda run: run["status"] in ENDED)
    if ended["status"] != "successful":
        raise RuntimeError(f"the run ended as {ended['status']}: {ended['status_reason']}")
    receipt = browser.call("GET", f"/runs/{run['id']}/waybill")
    return [file for task in receipt["tasks"] for file in task["files"]]


if __name__ == "__main__":
    print(json.dumps(deliver(Browser(sys.argv[1]), sys.argv[2])))
