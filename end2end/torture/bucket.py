"""A lake in a bucket, which all servers share, and whether it has what the database says."""

import json
import sys
import urllib.parse
import xml.etree.ElementTree as xml
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench"))

import stores  # noqa: E402
from places import Bucket  # noqa: E402

PREFIX = "lake"
KEY = "torture"
SQL = "SELECT path, files FROM snapshots ORDER BY path"


class BucketLake:
    """At moto, which knows conditional writes."""

    url = f"s3://{stores.BUCKET}/{PREFIX}"

    def __init__(self, work):
        self.store = stores.Moto(Path(work) / "lake-store")

    def start(self):
        self.store.start()
        return self

    def stop(self):
        self.store.stop()

    @property
    def environment(self):
        """What a server needs to reach it: its credentials are its operator's."""
        return {
            "AWS_ENDPOINT_URL": self.store.url,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": KEY,
        }

    def listed(self):
        """`{path in the lake: bytes}`."""
        found, page = {}, {}
        while page is not None:
            answer = xml.fromstring(self.store.ask("", **{"list-type": "2", "prefix": f"{PREFIX}/"}, **page))
            for one in answer.iter(f"{Bucket.SPACE}Contents"):
                path = urllib.parse.unquote(one.findtext(f"{Bucket.SPACE}Key"))
                found[path.removeprefix(f"{PREFIX}/")] = int(one.findtext(f"{Bucket.SPACE}Size"))
            following = answer.findtext(f"{Bucket.SPACE}NextContinuationToken")
            page = {"continuation-token": following} if following else None
        return found

    def look(self, cluster):
        """What is wrong: snapshots that the database names and that are not there whole. Others may be there, of
        servers that were killed before they had named them."""
        wrong = list(missing(known(cluster), self.listed()))
        # One that was dropped since we asked the database is not missing.
        still = {path for path, _, _ in known(cluster)} if wrong else set()
        return [text for path, text in wrong if path in still]


def known(cluster):
    """`(path of the snapshot, path of the part, bytes)` of all that the database names."""
    return [
        (path, f"{path}/{part['path']}", part["bytes"])
        for path, files in cluster.query(SQL)
        for part in json.loads(files)
    ]


def missing(known, listed):
    """`(path of the snapshot, what is wrong)`."""
    for path, part, bytes in known:
        if part not in listed:
            yield path, f"the lake lacks {part}"
        elif listed[part] != bytes:
            yield path, f"{part} of the lake has {listed[part]} bytes, the database says {bytes}"
