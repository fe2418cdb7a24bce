"""Makes the fixture of a release: something of everything, done by its own binary, backed up with its key.

    python3 end2end/release_fixture.py PATH/TO/waybill server/tests/fixtures/releases [PATH/TO/newer/waybill]

A release from before there were backups is backed up by the newer binary that is named third: a backup leaves the schema
as it is. All names, addresses and secrets are made up.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "bench"))

import common  # noqa: E402
from common import Server, export_body  # noqa: E402

PEOPLE = [("ada@example.org", "administrator"), ("bob@example.org", "contributor"), ("eve@example.org", "viewer")]
DAILY = {"recurrence": "daily", "times": ["02:00"], "time_zone": "Europe/Paris"}
UNDER_WAY = ("queued", "processing", "retrying")
HOURLY = {"recurrence": "hourly", "every": 6, "time_zone": "UTC"}


def tables(folder):
    """Two tables of a shop."""
    folder.mkdir(parents=True)
    (folder / "customers.csv").write_text(
        "id,name,country\n" + "".join(f"{id},Client n° {id},{'FR' if id % 2 else 'GB'}\n" for id in range(1, 101))
    )
    (folder / "orders.csv").write_text(
        "id,customer_id,amount\n" + "".join(f"{id},{id % 100 + 1},{id}.50\n" for id in range(1, 501))
    )


def fill(server, work):
    """Something of everything that a database can hold."""
    shop = server.source("Boutique été", work / "shop")
    depot = server.connection("Dépôt", work / "out")
    server.call(
        "POST",
        "/connections",
        {
            "name": "Webhook",
            "type": "webhook",
            "config": {"url": "https://example.org/hook"},
            "secrets": {"signing_secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
            "audience": "administrators",
            "consent": True,
        },
    )
    segment = server.call(
        "POST",
        "/segments",
        {
            "name": "French customers",
            "table_id": shop["customers"]["id"],
            "where": {"test": {"field": "country", "operator": "is", "values": ["FR"]}},
        },
    )
    delivered = server.export("Customers", depot, shop["customers"], {"format": "csv"})
    for _ in range(2):
        assert server.wait(server.run(delivered))["status"] == "successful"
    body = export_body("Orders, daily", depot, shop["orders"], {"format": "parquet"})
    server.call("POST", "/exports", {**body, "enabled": True, "schedule": DAILY})
    body = export_body("Segment", depot, shop["customers"], {"format": "jsonl"})
    body = {**body, "items": [{"segment_id": segment["id"]}], "enabled": True, "schedule": HOURLY}
    server.call("POST", "/exports", body)
    # In place of its destination is a file.
    gone = server.connection("Gone", work / "gone")
    failing = server.export("Failing", gone, shop["orders"], {"format": "csv"})
    shutil.rmtree(work / "gone")
    (work / "gone").write_text("")
    run = server.run(failing)
    deadline = time.monotonic() + 120
    while (status := server.call("GET", f"/runs/{run}")["status"]) != "failed":
        assert status in UNDER_WAY and time.monotonic() < deadline, f"the run that is to fail is {status}"
        time.sleep(0.5)
    server.call("PUT", "/follows/everything", {"by_mail": False})
    removed = server.export("Removed", depot, shop["orders"], {"format": "csv"})
    server.call("DELETE", f"/exports/{removed['id']}", if_match=f'"{removed["version"]}"')


def main():
    binary, into = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    saver = Path(sys.argv[3]).resolve() if len(sys.argv) > 3 else binary
    common.BINARY = binary
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    with tempfile.TemporaryDirectory(prefix="waybill-fixture-") as folder:
        work = Path(folder)
        tables(work / "shop")
        server = Server(work / "data", [work])
        server.data.mkdir()
        for email, role in PEOPLE:
            server.tool(["user", "add", email, "--role", role], "a long enough password 1\n")
        server.token = server.tool(["token", "create", "--user", PEOPLE[0][0], "--name", "fixture"]).split()[-1]
        with server:
            fill(server, work)
            kinds = {run["status"] for run in server.call("GET", "/runs?limit=200")["items"]}
        archive = work / "release.tar.zst"
        subprocess.run([saver, "backup", archive, "--data", server.data], check=True)
        manifest = subprocess.run(
            ["tar", "--zstd", "-xOf", archive, "manifest.json"], check=True, capture_output=True, text=True
        )
        version = json.loads(manifest.stdout)["schema_version"]
        into.mkdir(parents=True, exist_ok=True)
        shutil.copy(archive, into / f"v{version}.tar.zst")
        shutil.copy(server.data / "waybill.key", into / f"v{version}.key")
    print(f"{into}/v{version}.tar.zst: runs that are {', '.join(sorted(kinds))}")


if __name__ == "__main__":
    main()
