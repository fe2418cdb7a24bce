"""A server with demo data, and things in it that have ids."""

import http.client
import tempfile
import time
import urllib.parse
from pathlib import Path

from common import Server

PASSWORD = "waybill-demo"
ROLES = ["anonymous", "viewer", "contributor", "admin"]


class Demo(Server):
    """One for each who looks; gone with its folder afterwards."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="waybill-probe-")
        super().__init__(Path(self.folder.name) / "data", environment={"WAYBILL_DEMO": "true"})

    def __enter__(self):
        self.start()
        self.token = self.token_of("admin")
        return self

    def __exit__(self, *_):
        self.stop()
        self.folder.cleanup()

    def token_of(self, role):
        """A token; none of nobody."""
        if role == "anonymous":
            return None
        made = self.tool(["token", "create", "--user", f"{role}@demo.example", "--name", "probe"])
        return made.split()[-1]

    def cookie_of(self, role):
        """The cookie of a session, as a page would have it."""
        wire = http.client.HTTPConnection(urllib.parse.urlsplit(self.address).netloc, timeout=60)
        form = {"email": f"{role}@demo.example", "password": PASSWORD, "next": ""}
        kind = {"content-type": "application/x-www-form-urlencoded"}
        wire.request("POST", "/api/ui/account/sign-in", urllib.parse.urlencode(form), kind)
        answer = wire.getresponse()
        answer.read()
        cookie = answer.getheader("set-cookie") or ""
        if not cookie.startswith("waybill_session="):
            raise RuntimeError(f"{role} could not sign in: {answer.status}")
        return cookie.split(";")[0]

    def furnish(self):
        """Things of each kind, by the paths of REST that take their ids. Of most there are two: one may be removed."""
        deadline = time.monotonic() + 60
        while not (tables := [t for t in self.call("GET", "/tables")["items"] if t["rows"] is not None]):
            if time.monotonic() > deadline:
                raise RuntimeError("the demo's tables were not refreshed within a minute")
            time.sleep(0.1)
        connection = self.call("GET", "/connections")["items"][0]
        ids = {"tables": [table["id"] for table in tables], "connections": [connection["id"]]}
        for number in range(2):
            export = self.export(f"Export {number}", connection, tables[0], {"format": "csv"})
            run = self.run(export)
            self.wait(run)
            column = tables[0]["schema"][0]["name"]
            where = {"test": {"field": column, "operator": "has_value"}}
            segment = {"name": f"Segment {number}", "table_id": tables[0]["id"], "where": where}
            removed = self.export(f"Removed {number}", connection, tables[0], {"format": "csv"})
            self.call("DELETE", f"/exports/{removed['id']}", If_Match=f'"{removed["version"]}"')
            robot = self.call("POST", "/users", {"name": f"robot {number}", "role": "viewer"})
            channel = {"name": f"Group {number}", "kind": "mail", "address": f"group{number}@demo.example"}
            guest = {"email": f"guest{number}@demo.example", "name": "Guest", "role": "viewer"}
            made = {
                "exports": export,
                "follows": export,
                "exports/{id}/restore": removed,
                "runs": {"id": run},
                "segments": self.call("POST", "/segments", segment),
                "views": self.call("POST", "/views", {"name": f"View {number}", "query": "status=failed"}),
                "users": robot,
                "tokens": self.call("POST", f"/users/{robot['id']}/tokens", {"name": "robot"}),
                "invitations": self.call("POST", "/invitations", guest)["invitation"],
                "notice-channels": self.call("POST", "/notice-channels", channel),
                "audit": self.call("GET", "/audit?limit=1")["items"][0],
                "system/refreshes": self.call("POST", "/system/refreshes", {}),
            }
            for path, thing in made.items():
                ids.setdefault(path, []).append(thing["id"])
        ids["sources"] = [source["id"] for source in self.call("GET", "/sources")["items"]]
        return ids
