"""Backups under load, restored elsewhere and held to the book: what was acknowledged before a backup began is in it.

    python3 end2end/torture --restore --seed 1                        a server on SQLite
    python3 end2end/torture --restore --seed 1 --database postgres

Each backup is restored into both kinds of database. Nothing is ever taken out of the tables that are compared.
"""

import json
import random
import re
import shutil
import sqlite3
import subprocess
import threading
import time
import traceback
from dataclasses import dataclass

from checks import UNFINISHED
from cluster import Cluster
from commands import Commands
from common import Server
from ledger import Ledger
from postgres import Postgres, program
from spots import KINDS as SPOTS

BACKUPS, BRIEF_BACKUPS = 5, 2
# Seconds of load before each backup.
BETWEEN = (1.5, 4.0)
# How long a restored server is watched while it must do nothing.
WATCHED = 4
MADE = re.compile(r"backed up: (\d+) rows, (\d+) bytes, in (\d+) s")
TABLES = {"connection": "connections", "source": "sources", "export": "exports"}


@dataclass
class Backup:
    """One backup, and what had been acknowledged when it began."""

    file: object
    # Of each kind the ids with the versions that they had at least.
    things: dict
    runs: set
    # Runs that had ended: id to how.
    ended: dict
    rows: int = 0
    bytes: int = 0
    seconds: int = 0


class Restored:
    """A database that a backup was restored into."""

    def __init__(self, name, folder, storage, query):
        self.name, self.query = name, query
        self.server = Server(folder, [folder], storage)

    def versions(self, kind):
        rows = self.query(f"SELECT id, version FROM {TABLES[kind]} ORDER BY id")
        return {id: int(version) for id, version in rows}

    def runs(self):
        rows = self.query("SELECT id, status, rows_written FROM runs ORDER BY id")
        return {id: (status, int(written)) for id, status, written in rows}


class Round:
    def __init__(self, given, work, environment):
        self.given = given
        self.rng = random.Random(given.seed)
        self.work = work
        self.cluster = Cluster(work, given.database, 1, False, False, environment)
        self.ledger = Ledger(work / "ledger.jsonl")
        spots = {"folder": SPOTS["folder"](work, self.cluster.out)}
        self.commands = Commands(self.cluster, self.ledger, given.brief, spots)
        self.spots = spots
        self.elsewhere = Postgres(work / "postgres-elsewhere").create().start()
        self.backups = []

    def play(self):
        for spot in self.spots.values():
            spot.start()
        self.cluster.open()
        self.commands.set_up()
        stop = threading.Event()
        worker = threading.Thread(target=self._work, args=(random.Random(self.rng.getrandbits(64)), stop))
        worker.start()
        try:
            for number in range(BRIEF_BACKUPS if self.given.brief else BACKUPS):
                time.sleep(self.rng.uniform(*BETWEEN))
                self.backups.append(self._back_up(number))
        finally:
            stop.set()
            worker.join()
        for node in self.cluster.nodes:
            node.kill()
        for number, backup in enumerate(self.backups):
            for restored in self._restore(number, backup):
                known = len(self.ledger.wrong)
                self._compare(restored, backup)
                self._stands_still(restored)
                wrong = self.ledger.wrong[known:]
                said = "; ".join(text[:200] for text in wrong[:3]) or "nothing acknowledged is missing"
                print(f"  backup {number} in {restored.name}: {said}", flush=True)

    def _work(self, rng, stop):
        node = self.cluster.nodes[0]
        while not stop.is_set():
            try:
                self.commands.one(rng, node)
            except Exception as error:  # Not the server's: say so instead of testing nothing from here on.
                self.ledger.complain(f"the harness failed: {error!r}\n{traceback.format_exc()}")
                return

    def _back_up(self, number):
        node = self.cluster.nodes[0]
        things = {kind: {thing.id: thing.seen for thing in self.ledger.of(kind)} for kind in TABLES}
        runs = {thing.id for thing in self.ledger.of("run")}
        listed = node.call("GET", "/runs?limit=200")["items"]
        ended = {run["id"]: run["status"] for run in listed if run["status"] not in UNFINISHED}
        backup = Backup(self.work / f"backup-{number}.tar.zst", things, runs, ended)
        said = node.tool(["backup", str(backup.file)])
        found = MADE.search(said)
        if found is None:
            raise RuntimeError(f"a backup says {said!r}")
        backup.rows, backup.bytes, backup.seconds = (int(part) for part in found.groups())
        counts = ", ".join(f"{len(ids)} {TABLES[kind]}" for kind, ids in things.items())
        print(f"backup {number}: {backup.rows} rows, {backup.bytes} bytes; {counts}, {len(runs)} runs", flush=True)
        return backup

    def _restore(self, number, backup):
        """Into a database of each kind, each with the key and with the snapshots."""
        checked = self.cluster.nodes[0].tool(["restore", str(backup.file), "--check"])
        if not checked.startswith("sound: "):
            self.ledger.complain(f"backup {number}: {checked}")
        for kind in ("sqlite", "postgres"):
            folder = self.work / f"restored-{number}-{kind}"
            folder.mkdir()
            shutil.copytree(self._lake(), folder / "lake")
            key = self.cluster.nodes[0].environment["WAYBILL_KEY_FILE"]
            shutil.copy(key, folder / "waybill.key")
            storage, query = [], self._sqlite(folder / "waybill.db")
            if kind == "postgres":
                name = f"restored_{number}"
                self.elsewhere.query(f"CREATE DATABASE {name}")
                storage = ["--database", f"postgres://postgres@localhost/{name}?host={self.elsewhere.folder}"]
                query = self._psql(name)
            restored = Restored(kind, folder, storage, query)
            said = restored.server.tool(["restore", str(backup.file)])
            for words in ("everything is paused", "restored the backup of"):
                if words not in said:
                    self.ledger.complain(f"backup {number} in {kind}: a restore says {said!r}")
            if "the secrets do not open" in said:
                self.ledger.complain(f"backup {number} in {kind}: {said!r}")
            yield restored

    def _lake(self):
        node = self.cluster.nodes[0]
        if "--lake" in node.storage:
            return node.storage[node.storage.index("--lake") + 1]
        return node.data / "lake"

    @staticmethod
    def _sqlite(file):
        def query(sql):
            connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)
            try:
                return connection.execute(sql).fetchall()
            finally:
                connection.close()

        return query

    def _psql(self, name):
        def query(sql):
            command = [program("psql"), "-h", self.elsewhere.folder, "-U", "postgres", "-d", name]
            done = subprocess.run(
                [*command, "-XAtq", "-F", "\t", "-c", sql], capture_output=True, text=True, timeout=30
            )
            if done.returncode != 0:
                raise RuntimeError(done.stderr.strip()[-500:])
            return [line.split("\t") for line in done.stdout.splitlines()]

        return query

    def _compare(self, restored, backup):
        complain = self.ledger.complain
        for kind, ids in backup.things.items():
            there = restored.versions(kind)
            for id, seen in ids.items():
                if there.get(id, -1) < seen:
                    complain(f"{restored.name}: {kind} {id} was acknowledged as {seen}, restored is {there.get(id)}")
        runs = restored.runs()
        for id in backup.runs - runs.keys():
            complain(f"{restored.name}: run {id} was acknowledged and is lost")
        for id, status in backup.ended.items():
            if runs.get(id, ("lost",))[0] != status:
                complain(f"{restored.name}: run {id} had ended {status}, restored is {runs.get(id)}")
        for id, (status, _) in runs.items():
            if status in UNFINISHED:
                complain(f"{restored.name}: run {id} is {status} after the restore")
        if restored.name == "sqlite":
            for check in ("integrity_check", "foreign_key_check"):
                found = restored.query(f"PRAGMA {check}")
                if found not in ([], [("ok",)]):
                    complain(f"{check} finds {found[:3]}")

    def _stands_still(self, restored):
        """`waybill check` finds nothing wrong, and a server that is started there starts nothing."""
        complain, server = self.ledger.complain, restored.server
        before = restored.runs()
        try:
            server.tool(["check"])
            printed = server.tool(["token", "create", "--user", Server.EMAIL, "--name", "restored"])
            server.token = printed.split()[-1]
            with server:
                time.sleep(WATCHED)
                pause = server.call("GET", "/system/pause")
                if not json.dumps(pause).count("Restored from the backup of"):
                    complain(f"{restored.name}: the pause is {pause}")
        except RuntimeError as error:
            complain(f"{restored.name}: {error}")
        if restored.runs() != before:
            complain(f"{restored.name}: something started while all was paused")

    def close(self):
        is_wrong = bool(self.ledger.wrong)
        for node in self.cluster.nodes:
            node.kill()
        for spot in self.spots.values():
            spot.stop()
        self.elsewhere.stop()
        self.ledger.close() if not is_wrong else None
        self.cluster.close(keep=is_wrong)

    def figures(self):
        return {
            "restore": True,
            "seed": self.given.seed,
            "database": self.given.database,
            "commands": self.commands.counts,
            "backups": [
                {"rows": one.rows, "bytes": one.bytes, "seconds": one.seconds, "runs": len(one.runs)}
                for one in self.backups
            ],
            "wrong": [text[:300] for text in self.ledger.wrong[:20]],
        }
