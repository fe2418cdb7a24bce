"""What `make package` makes is what it says, and it refuses what is none.

    python3 -m unittest discover -s end2end/package -p "tests*.py"

The tarball is made around a small program here, which has pages of a few bytes. What the real one needs is shown with the one
that `WAYBILL_BINARY` names: in `make test` that of the tests, in `make package` the one that is packed.
"""

import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGING = ROOT / "server/packaging"
VERSION = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
# What other units the service names; none of them is looked at.
UNITS = [f"{name}.target" for name in ("basic", "multi-user", "network-online", "shutdown", "sysinit")] + ["system.slice"]
# Every page in its three forms.
PAGES = {f"pkg/waybill.0123456789abcdef.{kind}{form}" for kind in ("js", "wasm", "css") for form in ("", ".br", ".gz")}


class InAFolder(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="waybill-package-")
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)


class Assembling(InAFolder):
    """A small program, its pages, and what packs them."""

    def setUp(self):
        super().setUp()
        self.site = self.folder / "site"
        (self.site / "pkg").mkdir(parents=True)
        (self.site / "hash.txt").write_text("js: 0123456789abcdef\n")
        for page in PAGES:
            (self.site / page).write_text(f"the page {page}")

    def program(self, version=VERSION, source="", flags=(), pages=PAGES):
        """Compiled; its pages stand behind its end."""
        made = self.folder / "waybill"
        text = f'#include <stdio.h>\n{source}\nint main(void) {{ puts("waybill {version}"); return 0; }}\n'
        subprocess.run(["cc", "-x", "c", "-", "-o", made, *flags], input=text, text=True, check=True)
        with open(made, "ab") as file:
            for page in pages:
                file.write((self.site / page).read_bytes())
        return made

    def pack(self, program, out="out", **variables):
        return subprocess.run(
            [ROOT / ".ci/package", "--binary", program, "--site", self.site, "--out", self.folder / out],
            capture_output=True,
            text=True,
            env={**os.environ, "SOURCE_DATE_EPOCH": "1764000000", **variables},
        )

    def packed(self, out="out", **variables):
        done = self.pack(self.program(), out, **variables)
        self.assertEqual(done.returncode, 0, done.stderr)
        return next((self.folder / out).glob("*.tar.gz"))

    def assert_refused(self, done, *parts):
        self.assertEqual(done.returncode, 1, done.stderr)
        for part in ("no package: ", *parts):
            self.assertIn(part, done.stderr)
        self.assertFalse((self.folder / "out").exists())


class TheTarball(Assembling):
    def test_it_is_the_same_to_the_byte_whenever_it_is_made(self):
        first = self.packed()
        second = self.packed(out="again", TZ="Asia/Tokyo", LC_ALL="C")
        self.assertEqual(first.read_bytes(), second.read_bytes())
        sums = [(self.folder / out / "SHA256SUMS").read_text() for out in ("out", "again")]
        self.assertEqual(*sums)

    def test_it_has_its_files_with_their_modes_and_nobodys_name(self):
        name = f"waybill-{VERSION}-{os.uname().machine}-linux-gnu"
        tarball = self.packed()
        self.assertEqual(tarball.name, f"{name}.tar.gz")
        with tarfile.open(tarball) as archive:
            members = archive.getmembers()
        for member in members:
            self.assertEqual((member.uid, member.gid, member.uname, member.gname), (0, 0, "", ""), member.name)
            self.assertEqual(member.mtime, 1764000000, member.name)
            self.assertTrue(member.isfile() or member.isdir(), member.name)
        files = {member.name: member.mode for member in members if member.isfile()}
        for path, mode in {
            "bin/waybill": 0o755,
            "etc/waybill/waybill.toml": 0o644,
            "lib/systemd/system/waybill.service": 0o644,
            "lib/sysusers.d/waybill.conf": 0o644,
            "share/doc/waybill/CHANGELOG.md": 0o644,
            "share/doc/waybill/LICENSE": 0o644,
            "share/doc/waybill/README.md": 0o644,
            "share/doc/waybill/installing.md": 0o644,
            "share/waybill/Containerfile": 0o644,
            "share/waybill/alerts.yaml": 0o644,
            "share/waybill/grafana.json": 0o644,
            "share/waybill/waybill.cdx.json": 0o644,
        }.items():
            self.assertEqual(files.get(f"{name}/{path}"), mode, path)
        self.assertTrue(all(member.mode == 0o755 for member in members if member.isdir()))
        # A folder comes before what is in it.
        self.assertTrue(members[0].isdir() and members[0].name == name)

    def test_the_checksums_are_those_of_what_stands_beside_them(self):
        folder = self.packed().parent
        lines = [line.split("  ") for line in (folder / "SHA256SUMS").read_text().splitlines()]
        beside = {path.name for path in folder.iterdir()} - {"SHA256SUMS"}
        self.assertEqual({name for _, name in lines}, beside)
        for digest, name in lines:
            self.assertEqual(digest, hashlib.sha256((folder / name).read_bytes()).hexdigest(), name)

    def test_the_bill_of_materials_is_that_of_this_version(self):
        with tarfile.open(self.packed()) as archive:
            member = next(member for member in archive if member.name.endswith("/waybill.cdx.json"))
            inside = archive.extractfile(member).read()
        self.assertEqual(json.loads(inside)["metadata"]["component"]["version"], VERSION)
        self.assertEqual(inside, (self.folder / f"out/waybill-{VERSION}.cdx.json").read_bytes())

    def test_links_of_its_pages_of_text_lead_to_what_is_in_it(self):
        subprocess.run(["tar", "--extract", "--file", self.packed(), "--directory", self.folder], check=True)
        (docs,) = self.folder.glob("*/share/doc/waybill")
        for page in docs.glob("*.md"):
            for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
                if not re.match(r"https?:|#", link):
                    self.assertTrue((docs / link.partition("#")[0]).is_file(), f"{page.name}: {link}")
        self.assertNotIn("make serve", (docs / "README.md").read_text())


class WhatIsRefused(Assembling):
    def test_no_pages(self):
        program = self.program()
        (self.site / "hash.txt").unlink()
        self.assert_refused(self.pack(program), "has no pages")

    def test_a_program_without_its_pages_inside(self):
        left_out = "pkg/waybill.0123456789abcdef.wasm.br"
        self.assert_refused(self.pack(self.program(pages=PAGES - {left_out})), "without them", Path(left_out).name)

    def test_pages_that_are_not_compressed(self):
        for page in PAGES:
            if page.endswith(".br"):
                (self.site / page).unlink()
        self.assert_refused(self.pack(self.program(pages=())), "compressed")

    def test_pages_of_two_builds(self):
        (self.site / "pkg/waybill.fedcba9876543210.js").write_text("older")
        self.assert_refused(self.pack(self.program()), "not one script")

    def test_a_folder_that_has_what_is_packed(self):
        program = self.program()
        for out in (".", "site", "site/.."):
            done = self.pack(program, out)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("is emptied first", done.stderr)
        self.assertTrue(program.is_file() and (self.site / "hash.txt").is_file())

    def test_another_version(self):
        self.assert_refused(self.pack(self.program(version="9.9.9")), "9.9.9", VERSION)

    def test_a_library_that_not_every_debian_has(self):
        library = self.folder / "libother.so"
        subprocess.run(["cc", "-shared", "-x", "c", "-", "-o", library], input="int other = 1;", text=True, check=True)
        program = self.program(flags=[f"-L{self.folder}", "-Wl,--no-as-needed,-rpath," + str(self.folder), "-lother"])
        self.assert_refused(self.pack(program), "libother.so")

    def test_a_newer_glibc_than_the_readme_says(self):
        # A library by the name of glibc's, with a version of the future.
        script = self.folder / "map"
        script.write_text("GLIBC_9.1 { global: later; };")
        library = self.folder / "libm.so.6"
        words = ["cc", "-shared", "-x", "c", "-", "-o", library]
        words += ["-Wl,--soname,libm.so.6", f"-Wl,--version-script,{script}"]
        subprocess.run(words, input="int later(void) { return 1; }", text=True, check=True)
        source = "int later(void);\nint (*use)(void) = later;"
        program = self.program(source=source, flags=["-Wl,-rpath," + str(self.folder), "-xnone", library])
        self.assert_refused(self.pack(program), "needs glibc 9.1", "README.md says")


class TheService(InAFolder):
    def unit(self):
        """`{name: [values]}` of its part `Service`."""
        found = {}
        text = (PACKAGING / "waybill.service").read_text()
        for line in text.partition("[Service]")[2].partition("[Install]")[0].splitlines():
            if line and not line.startswith("#"):
                name, _, value = line.partition("=")
                found.setdefault(name, []).append(value)
        return found

    def test_systemd_has_nothing_to_say_about_it(self):
        system = self.folder / "usr/lib/systemd/system"
        system.mkdir(parents=True)
        for unit in UNITS:
            (system / unit).write_text("[Unit]\nDefaultDependencies=no\n")
        local = self.folder / "usr/local"
        (local / "bin").mkdir(parents=True)
        shutil.copy("/bin/true", local / "bin/waybill")
        (local / "lib/systemd/system").mkdir(parents=True)
        shutil.copy(PACKAGING / "waybill.service", local / "lib/systemd/system")
        done = self.analyze("verify", "--man=no", f"--root={self.folder}", "waybill.service")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_it_is_hardened(self):
        done = self.analyze("security", "--offline=true", "--threshold=25", PACKAGING / "waybill.service")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    @staticmethod
    def analyze(*arguments):
        environment = {**os.environ, "SYSTEMD_LOG_LEVEL": "warning", "LC_ALL": "C.UTF-8"}
        return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, env=environment)

    def test_it_agrees_with_the_settings_the_user_and_the_readme(self):
        unit = self.unit()
        settings = tomllib.loads((PACKAGING / "waybill.toml").read_text())
        self.assertEqual(f"/var/lib/{unit['StateDirectory'][0]}", settings["data"])
        self.assertEqual(unit["WorkingDirectory"], [settings["data"]])
        self.assertEqual([f"-{root}" for root in settings["allow-root"]], unit["ReadWritePaths"])
        (user,) = unit["User"]
        self.assertIn(f'\nu {user} - "Waybill" {settings["data"]}\n', (PACKAGING / "sysusers.conf").read_text())
        commands = readme_commands()
        self.assertIn(f"install --directory --owner {user} --group {user} {settings['allow-root'][0]}", commands)
        self.assertIn(f"cd waybill-{VERSION}-x86_64-linux-gnu", commands)
        self.assertIn(f"--config /etc/{unit['ConfigurationDirectory'][0]}/waybill.toml", unit["ExecStart"][0])


class TheImage(unittest.TestCase):
    def test_it_runs_as_nobody_in_particular_and_has_one_volume(self):
        lines = [line.split(maxsplit=1) for line in (PACKAGING / "Containerfile").read_text().splitlines()]
        said = [(line[0], line[1]) for line in lines if line and not line[0].startswith("#")]
        values = {word: [value for other, value in said if other == word] for word, _ in said}
        user = values["USER"][-1]
        self.assertRegex(user, r"^[1-9]\d*:[1-9]\d*$")
        self.assertEqual(values["VOLUME"], ["/var/lib/waybill"])
        self.assertEqual(values["WORKDIR"], values["VOLUME"])
        owner, group = user.split(":")
        self.assertIn(f"--owner {owner} --group {group}", values["RUN"][0])
        # Whoever starts it gives the command; the program stays the program.
        self.assertEqual(json.loads(values["ENTRYPOINT"][0]), ["/usr/local/bin/waybill"])


def readme_commands():
    """The lines of the first block of commands."""
    return re.search(r"^```sh\n(.*?)^```$", (ROOT / "README.md").read_text(), re.M | re.S)[1].splitlines()


if __name__ == "__main__":
    unittest.main()
