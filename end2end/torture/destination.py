"""What a reader finds at the destination, and whether it is whole.

A record `{export}/_runs/{run}.json` names all that a run delivered. Looked at in an order that holds while servers
publish: files first, then records, since a record is there before its files get their names.
"""

import gzip
import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

# Where attempts at work keep what they have written; no reader looks there.
ATTEMPTS = ".waybill"
OURS = {".ballast"}


@dataclass
class Record:
    path: str
    folder: str
    run: str
    publish: int
    replaces: bool
    files: list[dict] = field(default_factory=list)
    content: bytes = b""


class Destination:
    """All folders that connections deliver to."""

    def __init__(self, root):
        self.root = Path(root)
        self._digests = {}
        self._records = {}
        self._contents = {}
        self.files_checked = 0

    def records(self):
        """All records by their path below the root; they never change."""
        for path in self.root.glob("*/*/_runs/*.json"):
            name = str(path.relative_to(self.root))
            if name not in self._records:
                content = path.read_bytes()
                body = json.loads(content)
                base = path.relative_to(self.root).parts[0]
                self._records[name] = Record(
                    path=name,
                    folder=str(path.parent.parent.relative_to(self.root)),
                    run=body["run_id"],
                    publish=body["publish"],
                    replaces=body["replaces"],
                    files=[{**file, "path": f"{base}/{file['path']}"} for file in body["files"]],
                    content=content,
                )
        return self._records

    def look(self, settled):
        """What is wrong. `settled`: nothing is under way, so nothing may be unfinished or left over.

        Else a server may publish while we look: what is wrong stays wrong, so it is looked at again.
        """
        wrong = self._look(settled)
        for _ in range(0 if settled else 3):
            if not wrong:
                break
            again = set(self._look(settled))
            wrong = [text for text in wrong if text in again]
        return wrong

    def _look(self, settled):
        present = self._files()
        records = self.records()
        wrong = self._doubled(records)
        named, newest = {}, {}
        for record in records.values():
            if not (self.root / record.path).exists():
                wrong.append(f"the record {record.path} is gone")
            current = newest.get(record.folder)
            if record.replaces and (current is None or record.publish > current.publish):
                newest[record.folder] = record
            for file in record.files:
                named.setdefault(file["path"], []).append((record, file))
        for path, entries in named.items():
            wrong += self._file(path, entries, newest, settled)
        for path in sorted(present - named.keys() - records.keys()):
            if Path(path).name != "manifest.json":
                wrong.append(f"stray file {path}")
        if settled:
            wrong += self._manifests(records.values(), newest)
            wrong += [f"left behind: {path}" for path in self.root.rglob(f"{ATTEMPTS}/*")]
        return wrong

    def _files(self):
        found = set()
        # Unlike a glob, it bears folders that go while it walks.
        for folder, folders, files in os.walk(self.root):
            if ATTEMPTS in folders:
                folders.remove(ATTEMPTS)
            base = Path(folder).relative_to(self.root)
            found.update(str(base / name) for name in files if name not in OURS)
        return found

    @staticmethod
    def _doubled(records):
        runs, wrong = {}, []
        for record in records.values():
            if Path(record.path).stem != record.run:
                wrong.append(f"the record {record.path} is of run {record.run}")
            if record.run in runs:
                wrong.append(f"run {record.run} was published twice: {runs[record.run]} and {record.path}")
            runs[record.run] = record.path
        return wrong

    def _file(self, path, entries, newest, settled):
        """A file must be what one of its records says; once settled, what the last of them says."""
        try:
            size, digest = self.digest(path)
        except FileNotFoundError:
            # A delivery without date may have replaced one that had more files.
            current = [record for record, _ in entries if not record.replaces or newest[record.folder] is record]
            return [f"{path}, which {record.path} names, is missing" for record in current if settled]
        last = [(record, file) for record, file in entries if newest.get(record.folder) is record]
        if not all(record.replaces for record, _ in entries) and len(entries) > 1:
            return [f"{path} was written by {len(entries)} runs"]
        wanted = last if settled and last else entries
        if not any(file["bytes"] == size and file["sha256"] == digest for _, file in wanted):
            return [f"{path} is not what {' or '.join(record.path for record, _ in wanted[:3])} says"]
        return []

    def _manifests(self, records, newest):
        """A manifest is a copy of the record that is current there."""
        wrong = []
        for record in records:
            if not record.replaces:
                place = self.root / Path(record.files[0]["path"]).parent if record.files else None
            elif newest[record.folder] is record:
                place = self.root / record.folder
            else:
                place = None
            if place is None:
                continue
            manifest = place / "manifest.json"
            if not manifest.exists():
                wrong.append(f"{manifest.relative_to(self.root)} is missing")
            elif manifest.read_bytes() != record.content:
                wrong.append(f"{manifest.relative_to(self.root)} is no copy of {record.path}")
        return wrong

    def digest(self, path):
        """Size and SHA-256 of a file, read again only when it is another one."""
        with open(self.root / path, "rb") as file:
            status = os.fstat(file.fileno())
            key = (path, status.st_ino, status.st_size, status.st_mtime_ns)
            if key not in self._digests:
                self.files_checked += 1
                self._digests[key] = hashlib.file_digest(file, "sha256").hexdigest()
            return status.st_size, self._digests[key]

    def rows(self, path):
        """How many rows a delivered table has, if they are whole: each once, from the first to the last."""
        _, digest = self.digest(path)
        if digest not in self._contents:
            opener = gzip.open if path.endswith(".gz") else open
            with opener(self.root / path, "rt") as file:
                lines = file.read().splitlines()
            ids = [int(line.split(",", 1)[0]) for line in lines[1:]]
            whole = lines[0] == "id,name,amount" and sorted(ids) == list(range(1, len(ids) + 1))
            whole = whole and all(line == f"{id},name {id},{id * 3}" for id, line in zip(ids, lines[1:], strict=True))
            self._contents[digest] = len(ids) if whole else None
        return self._contents[digest]
