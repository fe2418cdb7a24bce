"""The program that `WAYBILL_BINARY` names can live where the unit and the image put it."""

import ctypes
import gzip
import os
import re
import signal
import subprocess
import tempfile
import time
import tomllib
import unittest
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BINARY = os.environ.get("WAYBILL_BINARY", str(ROOT / "target/debug/waybill"))
LISTENS = re.compile(r"listening on (http://127\.0\.0\.1:\d+)")
# The root read-only, and nowhere to put what is temporary: only the data folder can be written.
READ_ONLY = """
set -e
mount --make-rprivate /
mount --bind "$1" "$1"
for at in /tmp /var/tmp /dev/shm; do
    case "$1/" in "$at"/*) ;; *) mount -t tmpfs -o ro none $at ;; esac
done
mount -o remount,bind,ro /
for at in "" /etc /var/tmp; do
    if touch $at/here 2>/dev/null; then exit 1; fi
done
cd "$1"
shift
exec "$@"
"""
PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN = 65, 1


def allows(words):
    return subprocess.run(words, capture_output=True).returncode == 0


def no_code_at_run_time():
    """As `MemoryDenyWriteExecute=`, for whatever is started next."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


class Started:
    """A server on a free port, which ends with the test."""

    def __init__(self, test, data, before=(), arguments=(), environment=None, preexec=None):
        self.log = open(data / "log", "w+")
        test.addCleanup(self.log.close)
        self.process = subprocess.Popen(
            [*before, BINARY, "serve", "--data", data, "--listen", "127.0.0.1:0", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env=environment or {},
            preexec_fn=preexec,
        )
        test.addCleanup(self.process.stdout.close)
        test.addCleanup(self.end)
        for line in self.process.stdout:
            if found := LISTENS.search(line):
                self.address = found[1]
                return
        self.log.seek(0)
        test.fail(f"it ended with {self.process.wait()}: {self.log.read()[-2000:]}")

    def get(self, path, **headers):
        request = urllib.request.Request(self.address + path, headers=headers)
        return urllib.request.urlopen(request, timeout=30)

    def wait_until_ready(self):
        deadline = time.monotonic() + 30
        while True:
            try:
                return self.get("/readyz").status
            except urllib.error.HTTPError as error:
                if time.monotonic() > deadline:
                    return error.status

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=30)
        return self.process.returncode


class TheProgram(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="waybill-package-")
        self.addCleanup(temporary.cleanup)
        self.data = Path(temporary.name)

    def test_it_starts_with_nothing_in_its_environment_and_ends_when_it_is_told_to(self):
        server = Started(self, self.data)
        self.assertEqual(server.wait_until_ready(), 200)
        self.assertEqual(server.end(), 0)

    def test_its_pages_name_a_script_by_its_content_which_is_served_compressed(self):
        server = Started(self, self.data)
        page = server.get("/sign-in").read().decode()
        script = re.search(r"/pkg/waybill\.[\w-]{16,}\.js", page)
        self.assertIsNotNone(script, page[:2000])
        plain = server.get(script[0]).read()
        packed = server.get(script[0], **{"accept-encoding": "gzip"})
        self.assertEqual(packed.headers["content-encoding"], "gzip")
        self.assertEqual(gzip.decompress(packed.read()), plain)
        smallest = server.get(script[0], **{"accept-encoding": "gzip, deflate, br"})
        self.assertEqual(smallest.headers["content-encoding"], "br")
        self.assertIn("immutable", smallest.headers["cache-control"])
        self.assertLess(len(smallest.read()), len(plain))

    @unittest.skipUnless(
        allows(["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]), "this machine lets nobody mount"
    )
    def test_it_needs_one_folder_and_no_other_place_that_can_be_written(self):
        before = ["unshare", "--mount", "/bin/sh", "-c", READ_ONLY, "sh", self.data]
        server = Started(self, self.data, before, environment={"PATH": os.environ["PATH"]})
        self.assertEqual(server.wait_until_ready(), 200)

    def test_it_makes_no_code_at_run_time(self):
        try:
            server = Started(self, self.data, preexec=no_code_at_run_time)
        except subprocess.SubprocessError:
            self.skipTest("this kernel cannot forbid it (Linux 6.3 can)")
        self.assertEqual(server.wait_until_ready(), 200)
        self.assertEqual(server.get("/sign-in").status, 200)


class TheSettings(unittest.TestCase):
    """`waybill.toml` names every setting, and nothing else."""

    TEXT = (ROOT / "server/packaging/waybill.toml").read_text()
    NAMED = re.compile(r"^#?([a-z][a-z-]*) = ", re.M)

    def test_it_names_every_flag_of_the_server_but_those_that_are_for_a_moment(self):
        said = subprocess.run([BINARY, "serve", "--help"], capture_output=True, text=True, check=True).stdout
        flags = set(re.findall(r"^\s+(?:-\w, )?--([a-z-]+)", said, re.M))
        self.assertEqual(set(self.NAMED.findall(self.TEXT)), flags - {"config", "demo", "help"})

    def test_the_program_reads_all_of_it(self):
        # Of what is named twice, the last example: with the certificate.
        lines = {}
        for line in self.TEXT.splitlines():
            if found := self.NAMED.match(line):
                lines[found[1]] = line.removeprefix("#")
        self.assertEqual(len(tomllib.loads("\n".join(lines.values()))), len(lines))
        with tempfile.TemporaryDirectory(prefix="waybill-package-") as folder:
            whole = Path(folder, "waybill.toml")
            # Secrets in files are read at once.
            whole.write_text("\n".join(line for name, line in lines.items() if not name.endswith("secret-file")))
            # Of all settings together, this one is looked at last.
            wrong = [BINARY, "serve", "--config", whole, "--max-runs", "0"]
            done = subprocess.run(wrong, capture_output=True, text=True, env={})
            self.assertEqual(done.returncode, 1)
            self.assertIn("`--max-runs` is at least 1", done.stderr)


if __name__ == "__main__":
    unittest.main()
