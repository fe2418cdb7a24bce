"""Where a reader looks: a folder, a bucket, a container. Each lists what is there, reads it, and says what is left over
that is no file.

`unit`: what changes in one step for readers of dated paths, as `server/ARCHITECTURE.md` promises: a `run` or a `file`.
"""

import os
import urllib.error
import xml.etree.ElementTree as xml
from pathlib import Path

# Where attempts at work keep what they have written; no reader looks there.
ATTEMPTS = ".waybill"
OURS = {".ballast"}


def is_of_an_attempt(path):
    return ATTEMPTS in path.split("/")


def is_of_a_test(path):
    """What the test of a connection writes and removes: it stays if the server is killed in between."""
    return path.count("/") > 0 and path.split("/")[1].startswith(f"{ATTEMPTS}-probe-")


class Folder:
    """A local one, or that of an SFTP server, whose disk is ours. `marks`: whether the newest deliveries are marked."""

    unit = "run"

    def __init__(self, root, marks=False):
        self.root, self.marks = Path(root), marks

    def listed(self):
        """`{path: version}` of all files."""
        found = {}
        # Unlike a glob, it bears folders that go while it walks.
        for folder, _, files in os.walk(self.root):
            base = Path(folder).relative_to(self.root)
            for name in set(files) - OURS:
                try:
                    status = (self.root / base / name).stat()
                except FileNotFoundError:
                    continue
                found[str(base / name)] = (status.st_ino, status.st_size, status.st_mtime_ns)
        return found

    def read(self, path):
        """Raises FileNotFoundError for what is gone."""
        return (self.root / path).read_bytes()

    def left(self):
        """Folders of attempts without files; those that are there are listed."""
        folders = [path for path in self.root.rglob(f"{ATTEMPTS}/*") if path.is_dir()]
        return [f"left behind: {path}" for path in folders if not any(below.is_file() for below in path.rglob("*"))]


class Objects:
    """What buckets and containers have in common: names, in pages."""

    unit = "file"
    marks = True

    def __init__(self, store):
        self.store = store

    def read(self, path):
        try:
            return self.store.ask(path)
        except urllib.error.HTTPError as error:
            if error.code == 404:
                raise FileNotFoundError(path) from None
            raise


class Bucket(Objects):
    """An S3 bucket at moto."""

    SPACE = "{http://s3.amazonaws.com/doc/2006-03-01/}"

    def listed(self):
        found, page = {}, {}
        while page is not None:
            answer = xml.fromstring(self.store.ask("", **{"list-type": "2"}, **page))
            for one in answer.iter(f"{self.SPACE}Contents"):
                found[one.findtext(f"{self.SPACE}Key")] = one.findtext(f"{self.SPACE}ETag")
            following = answer.findtext(f"{self.SPACE}NextContinuationToken")
            page = {"continuation-token": following} if following else None
        return found

    def left(self):
        """Open uploads. One that was begun and not yet noted may stay, empty."""
        answer = xml.fromstring(self.store.ask("", uploads=""))
        for one in answer.iter(f"{self.SPACE}Upload"):
            path, id = one.findtext(f"{self.SPACE}Key"), one.findtext(f"{self.SPACE}UploadId")
            parts = xml.fromstring(self.store.ask(path, uploadId=id))
            if parts.find(f"{self.SPACE}Part") is not None:
                yield f"left open: the upload of {path}, with parts"


class Container(Objects):
    """A container of Azure's at Azurite."""

    def listed(self):
        return dict(self._blobs())

    def left(self):
        """Blocks that were never put together. Azure removes them after a week, where no reader looks."""
        committed = self.listed()
        for path, _ in self._blobs(include="uncommittedblobs"):
            if path not in committed and not is_of_an_attempt(path):
                yield f"left open: the blocks of {path}"

    def _blobs(self, **more):
        page = {}
        while page is not None:
            answer = xml.fromstring(self.store.ask("", restype="container", comp="list", **more, **page))
            for one in answer.iter("Blob"):
                yield one.findtext("Name"), one.findtext("Properties/Etag")
            following = answer.findtext("NextMarker")
            page = {"marker": following} if following else None
