"""What a reader may find at a destination, and what must be found wrong there."""

import json
import sys
import tempfile
import unittest
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from destination import Destination  # noqa: E402
from places import Bucket, Container, Folder  # noqa: E402


class InAFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)


class Delivered(InAFolder):
    """A folder that one run has delivered to."""

    CONTENT = b"id,name,amount\n1,name 1,3\n2,name 2,6\n"

    def setUp(self):
        super().setUp()
        self.out = self.folder / "out"
        self.destination = Destination(Folder(self.out))
        self.deliver("run-1", 1, "e/2026/a/t_1.csv")

    def deliver(self, run, publish, path, content=CONTENT, replaces=False):
        file = self.out / "c" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        entry = {"table": "t", "path": path, "bytes": len(content), "rows": 2, "sha256": sha256(content).hexdigest()}
        body = {"run_id": run, "publish": publish, "replaces": replaces, "files": [entry]}
        record = self.out / "c/e/_runs" / f"{run}.json"
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(json.dumps(body))
        (self.out / "c/e" if replaces else file.parent).joinpath("manifest.json").write_text(json.dumps(body))
        return file


class TheDestination(Delivered):
    def assert_one(self, part, settled=True):
        wrong = self.destination.look(settled)
        self.assertEqual(len(wrong), 1, wrong)
        self.assertIn(part, wrong[0])

    def test_a_whole_delivery_is_right(self):
        self.assertEqual(self.destination.look(settled=True), [])
        self.assertEqual(self.destination.rows("c/e/2026/a/t_1.csv"), 2)

    def test_a_deleted_file_is_found(self):
        (self.out / "c/e/2026/a/t_1.csv").unlink()
        self.assert_one("half of c/e/_runs/run-1.json: 1 of 2 files", settled=False)
        self.assert_one("is missing")

    def test_a_dated_delivery_is_seen_whole_or_not_at_all(self):
        (self.out / "c/e/2026/a/manifest.json").unlink()
        self.assert_one("half of c/e/_runs/run-1.json: 1 of 2 files", settled=False)
        (self.out / "c/e/2026/a/t_1.csv").unlink()
        self.assertEqual(self.destination.look(settled=False), [])

    def test_half_a_file_is_found_at_once(self):
        file = self.out / "c/e/2026/a/t_1.csv"
        file.write_bytes(file.read_bytes()[:-5])
        self.assert_one("is not what c/e/_runs/run-1.json says", settled=False)
        self.assertIsNone(self.destination.rows("c/e/2026/a/t_1.csv"))

    def test_a_doubled_record_is_found(self):
        record = self.out / "c/e/_runs/run-1.json"
        record.with_name("run-1-2.json").write_bytes(record.read_bytes())
        wrong = self.destination.look(settled=False)
        self.assertTrue(any("was published twice" in text for text in wrong), wrong)
        self.assertTrue(any("was written by 2 runs" in text for text in wrong), wrong)

    def test_a_record_that_is_gone_is_found(self):
        self.destination.look(settled=True)
        (self.out / "c/e/_runs/run-1.json").unlink()
        self.assert_one("is gone", settled=False)

    def test_a_stray_file_is_found(self):
        (self.out / "c/e/2026/a/t_2.csv").write_text("id\n")
        self.assert_one("stray file c/e/2026/a/t_2.csv", settled=False)

    def test_what_a_test_of_a_connection_left_is_counted(self):
        left = self.out / "c/.waybill-probe-0123/new"
        left.parent.mkdir()
        left.write_text("Waybill was here.")
        self.assertEqual(self.destination.look(settled=True), [])
        self.assertEqual(self.destination.tests_left, 1)

    def test_what_attempts_left_is_found_once_all_is_quiet(self):
        left = self.out / "c/e/.waybill/run-2-1/t_1.csv"
        left.parent.mkdir(parents=True)
        left.write_text("id\n")
        self.assertEqual(self.destination.look(settled=False), [])
        self.assert_one("left behind")

    def test_an_undated_file_is_whole_at_any_time_and_the_last_one_in_the_end(self):
        old = self.CONTENT
        file = self.deliver("run-2", 2, "e/t_1.csv", old, replaces=True)
        self.deliver("run-3", 3, "e/t_1.csv", old + b"3,name 3,9\n", replaces=True)
        self.assertEqual(self.destination.look(settled=True), [])
        file.write_bytes(old)
        self.assertEqual(self.destination.look(settled=False), [])
        self.assert_one("is not what c/e/_runs/run-3.json says")
        file.write_bytes(old[:-1])
        self.assert_one("is not what", settled=False)

    def test_an_old_manifest_is_found(self):
        (self.out / "c/e/2026/a/manifest.json").write_text("{}")
        self.assert_one("is no copy of a record", settled=False)
        self.assert_one("is no copy of c/e/_runs/run-1.json")


class Remote(Delivered):
    """As it is where the newest deliveries are marked."""

    def setUp(self):
        super().setUp()
        self.destination = Destination(self.place())
        self.mark("0000000001-dated-run-1")

    def place(self):
        return Folder(self.out, marks=True)

    def mark(self, name):
        file = self.out / "c/e/_runs/newest" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(name.rpartition("-")[2])
        return file

    def assert_found(self, settled, *parts):
        wrong = self.destination.look(settled)
        self.assertEqual(len(wrong), len(parts), wrong)
        for text, part in zip(wrong, parts, strict=True):
            self.assertIn(part, text)


class TheMarks(Remote):
    def test_the_newest_delivery_is_marked(self):
        self.assert_found(True)
        self.mark("0000000001-dated-run-1").unlink()
        self.assert_found(False)
        self.assert_found(True, "the newest delivery is not marked")

    def test_that_at_undated_paths_stays_marked_beside_newer_dated_ones(self):
        self.deliver("run-2", 2, "e/t_1.csv", replaces=True)
        self.deliver("run-3", 3, "e/2026/b/t_1.csv")
        self.mark("0000000002-undated-run-2")
        self.mark("0000000003-dated-run-3")
        self.assert_found(False)
        self.assert_found(True, "left behind: the mark c/e/_runs/newest/0000000001-dated-run-1")

    def test_a_mark_of_no_delivery_is_found(self):
        self.mark("0000000009-dated-run-9")
        self.assert_found(False, "stray file c/e/_runs/newest/0000000009-dated-run-9")


class OnDisk(Folder):
    """A place whose readers see single files change."""

    unit = "file"


class TheObjects(Remote):
    """One file after another becomes visible, and the manifest last."""

    def place(self):
        return OnDisk(self.out, marks=True)

    def test_files_may_come_before_the_manifest_until_all_is_quiet(self):
        (self.out / "c/e/2026/a/manifest.json").unlink()
        self.assert_found(False)
        self.assert_found(True, "c/e/2026/a/manifest.json is missing")

    def test_a_manifest_before_its_files_is_found(self):
        (self.out / "c/e/2026/a/t_1.csv").unlink()
        self.assert_found(False, "manifest.json is there before c/e/2026/a/t_1.csv")

    def test_half_a_file_is_found_at_once(self):
        self.deliver("run-2", 2, "e/t_1.csv", replaces=True)
        file = self.out / "c/e/t_1.csv"
        file.write_bytes(file.read_bytes()[:-5])
        self.assert_found(False, "is not what c/e/_runs/run-2.json says", "is there before c/e/t_1.csv")

    def test_an_old_file_under_the_newest_manifest_is_found(self):
        file = self.deliver("run-2", 2, "e/t_1.csv", replaces=True)
        self.deliver("run-3", 3, "e/t_1.csv", self.CONTENT + b"3,name 3,9\n", replaces=True)
        file.write_bytes(self.CONTENT)
        self.assert_found(False, "half of c/e/_runs/run-3.json")
        # Who publishes has not come to the manifest: some of the new may stand beside some of the old.
        (self.out / "c/e/manifest.json").write_bytes((self.out / "c/e/_runs/run-2.json").read_bytes())
        self.assert_found(False)

    def test_a_file_that_is_older_than_the_manifest_is_found(self):
        file = self.deliver("run-2", 2, "e/t_1.csv", replaces=True)
        self.deliver("run-3", 3, "e/t_1.csv", self.CONTENT + b"3,name 3,9\n", replaces=True)
        current = (self.out / "c/e/manifest.json").read_bytes()
        self.deliver("run-4", 4, "e/t_1.csv", self.CONTENT + b"3,name 3,9\n4,name 4,12\n", replaces=True)
        # The third delivery is described, the fourth under way.
        (self.out / "c/e/manifest.json").write_bytes(current)
        self.assert_found(False)
        file.write_bytes(self.CONTENT)
        self.assert_found(False, "half of c/e/_runs/run-3.json")


class Answers:
    """Answers as a store would."""

    def __init__(self, answers):
        self.answers = answers

    def ask(self, path, **query):
        return self.answers[path, *query].encode()


class ThePlaces(unittest.TestCase):
    def test_a_bucket_is_listed_to_its_last_page(self):
        def page(key, more):
            xmlns = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
            return f"<L {xmlns}><Contents><Key>{key}</Key><ETag>1</ETag></Contents>{more}</L>"

        following = "<NextContinuationToken>n</NextContinuationToken>"
        answers = {("", "list-type"): page("a", following), ("", "list-type", "continuation-token"): page("b", "")}
        self.assertEqual(Bucket(Answers(answers)).listed(), {"a": "1", "b": "1"})

    def test_an_open_upload_may_stay_only_if_it_is_empty(self):
        xmlns = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
        uploads = "".join(f"<Upload><Key>{key}</Key><UploadId>u</UploadId></Upload>" for key in "ab")
        answers = {("", "uploads"): f"<L {xmlns}>{uploads}</L>", ("a", "uploadId"): f"<P {xmlns}></P>"}
        answers["b", "uploadId"] = f"<P {xmlns}><Part/></P>"
        self.assertEqual(list(Bucket(Answers(answers)).left()), ["left open: the upload of b, with parts"])

    def test_open_blocks_may_stay_only_where_no_reader_looks(self):
        def listed(*names):
            properties = "<Properties><Etag>1</Etag></Properties>"
            blobs = "".join(f"<Blob><Name>{name}</Name>{properties}</Blob>" for name in names)
            return f"<E><Blobs>{blobs}</Blobs><NextMarker/></E>"

        all_of_them = listed("c/e/t.csv", "c/e/u.csv", "c/e/.waybill/run-1-1/x")
        answers = {("", "restype", "comp"): listed("c/e/t.csv"), ("", "restype", "comp", "include"): all_of_them}
        place = Container(Answers(answers))
        self.assertEqual(place.listed(), {"c/e/t.csv": "1"})
        self.assertEqual(list(place.left()), ["left open: the blocks of c/e/u.csv"])


if __name__ == "__main__":
    unittest.main()
