"""A Debian with nothing on it: from the tarball to the first delivery, by the commands that README.md shows.

    python3 end2end/package/bare.py [--suite trixie] [--rest SECONDS]

Makes a minimal system with systemd in a folder (debootstrap), boots it (systemd-nspawn) without any network but its own loopback,
gives it what `make package` has made, and runs the first block of commands of README.md as it stands there, under the unit as it
is. Then the link is opened, and an export delivers. Prints how many commands and seconds that took, and what the server is:
its size, its memory at rest, its time to start.

Needs root. The empty system is kept in ~/.cache/waybill; each round works on a copy.
"""

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests import ROOT, VERSION, readme_commands

HERE = Path(__file__).resolve().parent
CACHE = Path(os.environ.get("WAYBILL_CACHE", Path.home() / ".cache/waybill"))
DIST = ROOT / "target/package"
NAME = f"waybill-{VERSION}-{platform.machine()}-linux-gnu"
MIRROR = "http://deb.debian.org/debian"
LINK = re.compile(r"http://127\.0\.0\.1:3000/set-up\?code=\S+")
ROWS = "id,name\n" + "".join(f"{number},Customer {number}\n" for number in range(1, 1001))
EXCHANGE = "/srv/waybill"
STARTS = 5


def empty_system(suite):
    """Debian's required packages and systemd: no sudo, no curl, no Python."""
    kept = CACHE / f"bare-{suite}"
    if not kept.is_dir():
        print(f"making a minimal Debian ({suite}), once", file=sys.stderr)
        new = kept.with_suffix(".new")
        shutil.rmtree(new, ignore_errors=True)
        command = ["debootstrap", "--variant=minbase", "--include=systemd,systemd-sysv", suite, new, MIRROR]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        new.rename(kept)
    return kept


class Machine:
    """A system in a folder, booted until this ends."""

    def __init__(self, folder):
        self.folder = folder
        words = ["--quiet", "--boot", "--register=no", "--keep-unit", "--private-network", "--console=read-only"]
        self.console = open(folder.parent / "console", "wb")
        self.process = subprocess.Popen(
            ["systemd-nspawn", *words, "--directory", folder],
            stdin=subprocess.DEVNULL,
            stdout=self.console,
            stderr=subprocess.STDOUT,
        )

    def __enter__(self):
        deadline = time.monotonic() + 120
        while self.process.poll() is None and time.monotonic() < deadline:
            # Degraded is a system that lacks what this kernel does not give it, such as hugepages.
            state = self.run("systemctl is-system-running", check=False)
            if state.stdout.strip() in ("running", "degraded"):
                return self
            time.sleep(0.2)
        self.__exit__()
        raise RuntimeError((self.folder.parent / "console").read_text(errors="replace")[-2000:])

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.console.close()

    def inside(self, *spaces):
        """What runs the rest of a command in namespaces of this system's first process; of none, until that is there."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        own = os.readlink("/proc/self/ns/pid")
        first = [child for child in children if os.readlink(f"/proc/{child}/ns/pid") != own]
        return ["nsenter", "--target", first[0], *spaces] if first else ["false"]

    def run(self, script, check=True):
        """A script of its shell, as root in root's folder."""
        words = [*self.inside("--mount", "--uts", "--ipc", "--net", "--pid"), "env", "-i"]
        words += ["HOME=/root", "LC_ALL=C.UTF-8", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
        done = subprocess.run([*words, "bash", "-e"], input=f"cd\n{script}\n", capture_output=True, text=True)
        if check and done.returncode != 0:
            raise RuntimeError(f"{script}\nended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done

    def show(self, *names):
        """Properties of the service."""
        lines = self.run(f"systemctl show waybill --property {','.join(names)}").stdout.splitlines()
        found = dict(line.split("=", 1) for line in lines)
        return [found[name] for name in names]


def install(machine):
    """By the README; gives the link and the seconds."""
    for file in DIST.iterdir():
        shutil.copy(file, machine.folder / "root")
    commands = readme_commands()
    began = time.monotonic()
    said = machine.run("\n".join(commands)).stdout
    took = time.monotonic() - began
    link = LINK.search(said)
    if link is None:
        raise RuntimeError(f"the commands of README.md showed no link:\n{said}")
    return link[0], len(commands), took


def deliver(machine, link):
    """Signed in, and a thousand rows where they should be; gives the seconds."""
    exchange = machine.folder / EXCHANGE.lstrip("/")
    (exchange / "in").mkdir()
    (exchange / "in/customers.csv").write_text(ROWS)
    began = time.monotonic()
    words = [*machine.inside("--net"), sys.executable, HERE / "first_delivery.py", link, EXCHANGE]
    done = subprocess.run(words, capture_output=True, text=True)
    took = time.monotonic() - began
    if done.returncode != 0:
        raise RuntimeError(f"{done.stderr}\n{machine.run('journalctl --unit waybill --output cat').stdout[-3000:]}")
    (file,) = json.loads(done.stdout)
    delivered = (exchange / "out" / file["path"]).read_bytes()
    if hashlib.sha256(delivered).hexdigest() != file["sha256"] or delivered.count(b"\n") != ROWS.count("\n"):
        raise RuntimeError(f"what was delivered is not what the waybill says: {file}")
    return took


def starts(machine):
    """Milliseconds from the process to being ready, as systemd saw them."""
    found = []
    for _ in range(STARTS):
        # More than a few starts in ten seconds are taken for a fault.
        machine.run("systemctl reset-failed waybill; systemctl restart waybill")
        began, ready = machine.show("ExecMainStartTimestampMonotonic", "ActiveEnterTimestampMonotonic")
        found.append((int(ready) - int(began)) / 1000)
    return found


def memory(machine, rest):
    """MiB of the process that nobody asks anything."""
    time.sleep(rest)
    (process,) = machine.show("MainPID")
    status = machine.run(f"cat /proc/{process}/status").stdout
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def exposure(machine):
    said = machine.run("systemd-analyze security waybill --no-pager", check=False).stdout
    return re.search(r"Overall exposure level.*: (\S+)", said)[1]


def stop(machine):
    """It ends by itself, and well."""
    machine.run("systemctl stop waybill")
    result, code = machine.show("Result", "ExecMainStatus")
    if (result, code) != ("success", "0"):
        raise RuntimeError(f"it was stopped and ended as {result}, {code}")


def main():
    codename = platform.freedesktop_os_release().get("VERSION_CODENAME", "stable")
    parser = argparse.ArgumentParser(prog="bare.py")
    parser.add_argument("--suite", default=codename, help=f"the Debian to try it on ({codename}, as here)")
    parser.add_argument("--rest", type=int, default=60, help="seconds before memory at rest is read (60)")
    asked = parser.parse_args()
    for tool in ("debootstrap", "systemd-nspawn", "nsenter"):
        if shutil.which(tool) is None:
            sys.exit(f"{tool} is not here: .ci/setup bare")
    if os.getuid() != 0:
        sys.exit("making and booting a system needs root")

    with tempfile.TemporaryDirectory(prefix="waybill-bare-", dir=CACHE) as work:
        folder = Path(work, "system")
        subprocess.run(["cp", "--archive", empty_system(asked.suite), folder], check=True)
        with Machine(folder) as machine:
            link, commands, installing = install(machine)
            delivering = deliver(machine, link)
            times = starts(machine)
            resting = memory(machine, asked.rest)
            exposed = exposure(machine)
            stop(machine)
        program = (folder / "usr/local/bin/waybill").stat().st_size
    tarball = (DIST / f"{NAME}.tar.gz").stat().st_size
    print(f"Debian {asked.suite} with nothing on it but systemd:")
    print(f"  {commands} commands, {installing:.1f} s of them, from the tarball to the link")
    print(f"  {delivering:.1f} s from the link to the first delivery, by a program that reads and types nothing")
    print(f"  {tarball / 1e6:.1f} MB tarball, {program / 1e6:.1f} MB program")
    print(f"  {statistics.median(times):.0f} ms to start, median of {', '.join(f'{one:.0f}' for one in times)}")
    print(f"  {resting:.0f} MiB after {asked.rest} s at rest, exposure {exposed} (systemd-analyze security)")
    print("  not tried: the image of the Containerfile (its base cannot be fetched here)")


if __name__ == "__main__":
    main()
