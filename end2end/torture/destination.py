"""What a reader finds at the destinations, and whether it is whole.

A record `{export}/_runs/{run}.json` names all that a run delivered. Looked at in an order that holds while servers
publish: files first, then records, since a record is there before its files get their names.
"""

import gzip
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import PurePosixPath as Path

from places import is_of_a_test, is_of_an_attempt

MANIFEST = "manifest.json"


@dataclass
class Record:
    """A delivery as the destination knows it. `where`: the destination, which can be asked for its rows."""

    path: str
    folder: str
    run: str
    publish: int
    replaces: bool
    files: list[dict] = field(default_factory=list)
    content: bytes = b""
    where: object = None

    @property
    def rank(self):
        return self.publish, self.run

    @property
    def manifest(self):
        """Where the copy of it stands; none if it names no files."""
        if self.replaces:
            return f"{self.folder}/{MANIFEST}"
        return str(Path(self.files[0]["path"]).parent / MANIFEST) if self.files else None

    def replaces_at(self, other):
        """Whether it takes the places of another delivery."""
        return self.replaces and other.replaces and self.folder == other.folder and self.rank > other.rank

    @property
    def mark(self):
        kind = "undated" if self.replaces else "dated"
        return f"{self.folder}/_runs/newest/{self.publish:010}-{kind}-{self.run}"


class Everywhere:
    """All destinations of a round, by name."""

    def __init__(self, parts):
        self.parts = parts

    @property
    def looked_at(self):
        return {name: part.looked_at for name, part in self.parts.items()}

    @property
    def tests_left(self):
        return sum(part.tests_left for part in self.parts.values())

    def records(self):
        return {f"{name}:{path}": one for name, part in self.parts.items() for path, one in part.records().items()}

    def look(self, settled):
        return [f"{name}: {text}" for name, part in self.parts.items() for text in part.look(settled)]


class Destination:
    """All folders at one place that connections deliver to."""

    def __init__(self, place):
        self.place = place
        self._present = {}
        self._digests = {}
        self._records = {}
        self._manifests = {}
        self._contents = {}
        self.looked_at = 0
        # How many tests of connections were cut off, by what they left.
        self.tests_left = 0

    def records(self):
        """All records by their path below the root; they never change."""
        return self._read_records(self.place.listed())

    def _read_records(self, listed):
        for name in listed.keys() - self._records.keys():
            if Path(name).match("*/_runs/*.json") and len(Path(name).parts) == 4:
                content = self.place.read(name)
                body = json.loads(content)
                base = Path(name).parts[0]
                self._records[name] = Record(
                    path=name,
                    folder=str(Path(name).parent.parent),
                    run=body["run_id"],
                    publish=body["publish"],
                    replaces=body["replaces"],
                    files=[{**file, "path": f"{base}/{file['path']}"} for file in body["files"]],
                    content=content,
                    where=self,
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
        self._present = self.place.listed()
        manifests = self._read_manifests()
        listed = self.place.listed()
        records = self._read_records(listed)
        wrong = self._doubled(records)
        named, newest = {}, {}
        for record in records.values():
            if record.path not in listed:
                wrong.append(f"the record {record.path} is gone")
            current = newest.get(record.folder)
            if record.replaces and (current is None or record.rank > current.rank):
                newest[record.folder] = record
            for file in record.files:
                named.setdefault(file["path"], []).append((record, file))
        for path, entries in named.items():
            wrong += self._file(path, entries, newest, settled)
        self.tests_left = sum(is_of_a_test(path) for path in self._present)
        marks = {record.mark for record in records.values()} if self.place.marks else set()
        for path in sorted(self._present.keys() - named.keys() - records.keys() - manifests.keys() - marks):
            if not is_of_an_attempt(path) and not is_of_a_test(path):
                wrong.append(f"stray file {path}")
        if settled:
            wrong += self._described(records.values(), newest, manifests)
            wrong += self._marked(records.values())
            wrong += [f"left behind: {path}" for path in self._present if is_of_an_attempt(path)]
            wrong += self.place.left()
        else:
            wrong += self._half(records.values(), manifests)
        return wrong

    def _read_manifests(self):
        """`{path: content}` of those that a reader finds."""
        found = {}
        for path, version in self._present.items():
            if Path(path).name != MANIFEST or is_of_an_attempt(path):
                continue
            known = self._manifests.get(path)
            if known is None or known[0] != version:
                try:
                    known = self._manifests[path] = (version, self.place.read(path))
                except FileNotFoundError:
                    continue
            found[path] = known[1]
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

    def _half(self, records, manifests):
        """While servers publish: what a reader finds of a run is all of it, as far as that is promised."""
        wrong, copies = [], {}
        for record in records:
            copies.setdefault(record.manifest, set()).add(record.content)
            if self.place.unit == "run" and not record.replaces:
                # One folder, renamed whole.
                seen = sum(file["path"] in self._present for file in record.files) + (record.manifest in manifests)
                if seen not in (0, len(record.files) + 1):
                    wrong.append(f"half of {record.path}: {seen} of {len(record.files) + 1} files are there")
            elif self.place.unit == "file" and manifests.get(record.manifest) == record.content:
                # The manifest comes last: who waits for it reads the delivery that it names, or what is newer.
                newer = [other for other in records if other.replaces_at(record)]
                for file in record.files:
                    if not self._is(file, newer):
                        wrong.append(f"half of {record.path}: {record.manifest} is there before {file['path']}")
        for path, content in manifests.items():
            if content not in copies.get(path, ()):
                wrong.append(f"{path} is no copy of a record")
        return wrong

    def _is(self, file, newer):
        """Whether there is this file, or what newer deliveries have made of it."""
        path = file["path"]
        try:
            found = self.digest(path)
        except FileNotFoundError:
            return any(path not in {other["path"] for other in record.files} for record in newer)
        others = [other for record in newer for other in record.files if other["path"] == path]
        return any(found == (one["bytes"], one["sha256"]) for one in (file, *others))

    @staticmethod
    def _described(records, newest, manifests):
        """A manifest is a copy of the record that is current there."""
        wrong = []
        for record in records:
            is_current = not record.replaces or newest[record.folder] is record
            if not is_current or record.manifest is None:
                continue
            if record.manifest not in manifests:
                wrong.append(f"{record.manifest} is missing")
            elif manifests[record.manifest] != record.content:
                wrong.append(f"{record.manifest} is no copy of {record.path}")
        return wrong

    def _marked(self, records):
        """Where the newest are marked: that of an export, and the one at its undated paths; no others."""
        if not self.place.marks:
            return []
        wanted = {}
        for record in sorted(records, key=lambda record: record.rank):
            kept = wanted.setdefault(record.folder, [])
            kept[:] = [other for other in kept if other.replaces and not record.replaces] + [record]
        marks = {record.mark for kept in wanted.values() for record in kept}
        found = {path for path in self._present if Path(path).match("_runs/newest/*")}
        wrong = [f"the newest delivery is not marked: {path} is missing" for path in sorted(marks - found)]
        return wrong + [f"left behind: the mark {path}" for path in sorted(found - marks)]

    def digest(self, path):
        """Size and SHA-256 of a file, read again only when it is another one."""
        if path not in self._present:
            raise FileNotFoundError(path)
        key = (path, self._present[path])
        if key not in self._digests:
            content = self.place.read(path)
            self.looked_at += 1
            self._digests[key] = (len(content), hashlib.sha256(content).hexdigest())
        return self._digests[key]

    def rows(self, path, _run=None):
        """How many rows a delivered table has, if they are whole: each once, from the first to the last."""
        content = self.place.read(path)
        digest = hashlib.sha256(content).hexdigest()
        if digest not in self._contents:
            text = gzip.decompress(content) if path.endswith(".gz") else content
            lines = text.decode().splitlines()
            ids = [int(line.split(",", 1)[0]) for line in lines[1:]]
            whole = lines[0] == "id,name,amount" and sorted(ids) == list(range(1, len(ids) + 1))
            whole = whole and all(line == f"{id},name {id},{id * 3}" for id, line in zip(ids, lines[1:], strict=True))
            self._contents[digest] = len(ids) if whole else None
        return self._contents[digest]
