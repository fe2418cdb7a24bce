"""Servers of somebody else that deliveries go to, each with a folder of its own, for measurements and the torture.

  Sftp     OpenSSH's server, on this machine's disk
  S3rver   npm's s3rver, which checks signatures and keeps objects on disk; it has no conditional writes
  Moto     PyPI's moto, which has them, and keeps objects in memory
  Azurite  npm's Azurite, blocks on disk

What runs them is what the tests of `server/connectors` run; `.ci/setup test` installs it.
"""

import base64
import hashlib
import hmac
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from email.utils import formatdate
from pathlib import Path

from common import ROOT

MODULES = ROOT / "end2end/node_modules"
SCRIPTS = ROOT / "server/connectors/src/conformance/servers"
BUCKET = "deliveries"
# Azurite's own, the same everywhere.
ACCOUNT = "devstoreaccount1"
AZURE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


def python():
    """The Python that `.ci/setup test` gives the packages of the tests."""
    caches = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return Path(os.environ.get("WAYBILL_CACHE", caches / "waybill")) / "end2end/bin/python"


class Store:
    """A server of somebody else, which ends with this program."""

    # Seconds that it may take to listen.
    PATIENCE = 60

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir()
        self.process = None

    def spawn(self, argv, **more):
        self.process = subprocess.Popen([str(part) for part in argv], cwd=self.folder, text=True, **more)

    def script(self, program, name, folder):
        """Starts one of the tests' scripts, which ends with its input; gives the port that it names."""
        environment = {**os.environ, "NODE_PATH": str(MODULES)}
        self.spawn([program, SCRIPTS / name, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        for line in self.process.stdout:
            found = re.search(r"listen(?:s|ing) on (?:http://127\.0\.0\.1:)?(\d+)", line)
            if found:
                return int(found[1])
        raise RuntimeError(f"{name} ended with {self.process.wait()}: .ci/setup test installs what it needs")

    def answers(self, port):
        deadline = time.monotonic() + self.PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{type(self).__name__} does not answer at port {port}") from None
                time.sleep(0.1)

    def stop(self):
        if self.process and self.process.poll() is None:
            # Scripts end with their input.
            self.process.stdin.close() if self.process.stdin else self.process.terminate()
            self.process.wait(timeout=30)


class Sftp(Store):
    """OpenSSH's server, for whoever runs this. `place`: where the files go."""

    def __init__(self, folder, place=None):
        super().__init__(folder)
        self.place = Path(place or self.folder / "files")

    def start(self):
        for key in ("host", "user"):
            argv = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / key]
            subprocess.run(argv, check=True)
        shutil.copy(self.folder / "user.pub", self.folder / "authorized_keys")
        settings = [f"HostKey {self.folder}/host", f"AuthorizedKeysFile {self.folder}/authorized_keys"]
        settings += ["Subsystem sftp internal-sftp", "PidFile none", "UseDNS no", "UsePAM no", "StrictModes no"]
        settings += ["PermitRootLogin prohibit-password", "PasswordAuthentication no", "ListenAddress 127.0.0.1"]
        # Those whose client was killed before it had signed in are many here.
        settings += ["MaxStartups 100"]
        (self.folder / "sshd_config").write_text("\n".join(settings) + "\n")
        if os.getuid() == 0:
            # Debian's service makes it when it starts.
            Path("/run/sshd").mkdir(exist_ok=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        argv = ["/usr/sbin/sshd", "-D", "-e", "-f", self.folder / "sshd_config", "-p", self.port]
        self.spawn(argv, stderr=subprocess.DEVNULL)
        self.answers(self.port)
        self.place.mkdir(parents=True, exist_ok=True)
        self.user = subprocess.run(["id", "-un"], check=True, capture_output=True, text=True).stdout.strip()
        argv = ["ssh-keygen", "-l", "-f", self.folder / "host.pub"]
        told = subprocess.run(argv, check=True, capture_output=True, text=True)
        self.host_key = told.stdout.split()[1]
        return self

    def connection(self, part=""):
        """Type, settings and secrets of a connection to a part of it."""
        config = {"host": "127.0.0.1", "port": self.port, "username": self.user}
        config |= {"folder": str(self.place / part), "host_key": self.host_key}
        return "sftp", config, {"private_key": (self.folder / "user").read_text()}


class S3(Store):
    """A server that speaks like Amazon's."""

    CONDITIONS = "on"

    def connection(self, part=""):
        config = {"bucket": BUCKET, "endpoint": self.url, "conditional_writes": self.CONDITIONS}
        # s3rver's own; moto takes any.
        secrets = {"access_key_id": "S3RVER", "secret_access_key": "S3RVER"}
        return "s3", config | ({"prefix": part} if part else {}), secrets


class S3rver(S3):
    CONDITIONS = "off"

    def start(self):
        objects = self.folder / "objects"
        objects.mkdir()
        self.url = f"http://127.0.0.1:{self.script('node', 's3rver.cjs', objects)}"
        return self


class Moto(S3):
    # It wants to be asked by somebody, and checks no signature.
    SIGNED = "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=none"

    def start(self):
        self.url = f"http://127.0.0.1:{self.script(python(), 's3_moto.py', self.folder)}"
        self.ask("", method="PUT")
        return self

    def ask(self, name, method="GET", **query):
        """The answer to a request about the bucket or an object of it."""
        url = f"{self.url}/{BUCKET}/{urllib.parse.quote(name)}?{urllib.parse.urlencode(query)}"
        request = urllib.request.Request(url, method=method, headers={"authorization": self.SIGNED})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()


class Azurite(Store):
    VERSION = "2021-12-02"

    def start(self):
        self.url = f"http://127.0.0.1:{self.script('node', 'azurite.cjs', self.folder)}/{ACCOUNT}"
        self.ask("", method="PUT", restype="container")
        return self

    def connection(self, part=""):
        config = {"account": ACCOUNT, "container": BUCKET, "endpoint": self.url}
        return "azure_blob", config | ({"prefix": part} if part else {}), {"account_key": AZURE_KEY}

    def ask(self, name, method="GET", **query):
        """The answer to a request about the container or a blob of it, signed with the account's key."""
        path = f"/{ACCOUNT}/{BUCKET}" + (f"/{urllib.parse.quote(name)}" if name else "")
        headers = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": self.VERSION}
        named = "".join(f"{key}:{value}\n" for key, value in sorted(headers.items()))
        asked = "".join(f"\n{key}:{value}" for key, value in sorted(query.items()))
        # After the method: eleven headers that are not sent.
        signed = f"{method}\n" + "\n" * 11 + named + f"/{ACCOUNT}{path}{asked}"
        tag = hmac.digest(base64.b64decode(AZURE_KEY), signed.encode(), hashlib.sha256)
        headers["authorization"] = f"SharedKey {ACCOUNT}:{base64.b64encode(tag).decode()}"
        url = self.url.removesuffix(f"/{ACCOUNT}") + f"{path}?{urllib.parse.urlencode(query)}"
        request = urllib.request.Request(url, method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()
