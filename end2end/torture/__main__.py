"""Strikes running servers at random and holds them to what they have acknowledged.

    python3 end2end/torture --seed 7 --kills 40                          one server on SQLite
    python3 end2end/torture --database postgres --servers 3 --stops 10   three on PostgreSQL
    python3 end2end/torture --database postgres --servers 2 --lake bucket --every 20 --seconds 600 --faults kill
                                                                         one of two each so often, with a bucket as lake
    python3 end2end/torture --restore --database postgres                backups under load, restored elsewhere
    python3 end2end/torture --destination s3,webhook --each 10 --faults kill
                                                                         until ten kills met a delivery to each

One seed decides commands and strikes; the moments at which they meet the server are the machine's. Ends with 1 and
keeps the ledger, the logs and the deliveries if anything was wrong.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bucket import BucketLake  # noqa: E402
from checks import Checks  # noqa: E402
from cluster import Cluster, Lost, Watch  # noqa: E402
from commands import Commands  # noqa: E402
from destination import Everywhere  # noqa: E402
from faults import KINDS, Faults, possible  # noqa: E402
from ledger import Ledger  # noqa: E402
from live import Live  # noqa: E402
from restore import Round as Restoring  # noqa: E402
from spots import KINDS as SPOTS  # noqa: E402

# Between two times of quiet, in which everything is compared.
QUIET_EVERY = 10
# Of strikes that are not counted on their own, one in so many.
OTHERS_EVERY = 6
# Destinations are on this machine.
LOOPBACK = {"WAYBILL_ALLOW_ADDRESS": "127.0.0.1/32"}


def arguments():
    parser = argparse.ArgumentParser(prog="torture", description=__doc__.split("\n\n")[0])
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    parser.add_argument("--kills", type=int, default=20, help="how many times a server is killed at least")
    parser.add_argument("--each", type=int, default=0, help="how many kills met a delivery to each destination")
    parser.add_argument("--stops", type=int, default=0, help="how many times one is stopped beyond its lease")
    parser.add_argument("--servers", type=int, choices=(1, 2, 3), default=1)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--destination", default="folder", help=f"of {','.join(SPOTS)}; several share the exports")
    parser.add_argument("--every", type=float, default=0, help="strikes one after the other each so many seconds")
    parser.add_argument("--lake", choices=("folder", "bucket"), default="folder")
    parser.add_argument("--seconds", type=float, default=0, help="ends then, whatever is left; 0: never")
    parser.add_argument("--faults", default="kill,stop,clock", help=f"of {','.join(KINDS)}")
    parser.add_argument("--restore", action="store_true", help="no strikes: backups, restored and compared")
    parser.add_argument("--brief", action="store_true", help="small tables, and no stop beyond the lease")
    parser.add_argument("--figures", type=Path, help="a file that the figures are added to, as a line of JSON")
    given = parser.parse_args()
    given.faults = [kind for kind in given.faults.split(",") if kind]
    if unknown := set(given.faults) - set(KINDS):
        parser.error(f"unknown faults: {', '.join(unknown)}")
    given.destination = [name for name in given.destination.split(",") if name]
    if unknown := set(given.destination) - set(SPOTS):
        parser.error(f"unknown destinations: {', '.join(unknown)}")
    if given.database == "sqlite" and given.servers > 1:
        parser.error("SQLite is one server's own: choose --database postgres")
    if given.every and not given.seconds:
        parser.error("--every goes on until --seconds are over: say how many")
    return given


class Round:
    """One series of strikes on one cluster."""

    def __init__(self, given, kinds, work):
        self.given, self.kinds = given, kinds
        self.rng = random.Random(given.seed)
        self.lake = BucketLake(work).start() if given.lake == "bucket" else None
        own_clocks, own_disks = "clock" in kinds, "disk" in kinds
        self.cluster = Cluster(work, given.database, given.servers, own_clocks, own_disks, LOOPBACK, self.lake)
        self.ledger = Ledger(work / "ledger.jsonl")
        self.spots = {name: SPOTS[name](work, self.cluster.out) for name in given.destination}
        self.commands = Commands(self.cluster, self.ledger, given.brief, self.spots)
        self.destination = Everywhere({name: spot.destination for name, spot in self.spots.items()})
        self.checks = Checks(self.cluster, self.ledger, self.commands, self.destination)
        if "disk" in kinds or "database" in kinds:
            self.checks.tolerate_passing_errors()
        self.faults = Faults(self.cluster, self.checks, self.rng, kinds, given.brief)
        self.watch = Watch(self.cluster, self.ledger) if given.database == "postgres" else None
        self.live = Live(self.cluster.nodes, self.ledger, given.brief) if given.servers > 1 else None
        self.strikes = 0
        # When the next strike is due, if they come each so often.
        self.due = 0.0

    def play(self):
        """All strikes, then quiet."""
        for spot in self.spots.values():
            spot.start()
        self.cluster.open()
        self.commands.set_up()
        if self.watch:
            self.watch.start()
        if self.live:
            self.commands.live = self.live.start()
        self.due = time.monotonic() + self.given.every
        deadline = time.monotonic() + self.given.seconds if self.given.seconds else float("inf")
        while (kind := self._next()) and time.monotonic() < deadline:
            self._strike(self._paced(self.faults.draw(kind)))
            if self.strikes % QUIET_EVERY == 0:
                self._quiet()
                self.due = time.monotonic() + self.given.every
        self._quiet()
        if self.live:
            self.live.finish()
        if self.watch:
            self.watch.end()

    def _paced(self, strike):
        """The same strike at the one whose turn it is, when it is due, if they come each so often."""
        if self.given.every:
            strike.delay = max(0.0, self.due - time.monotonic())
            self.due += self.given.every
            if strike.victims:
                strike.victims = [self.cluster.nodes[self.strikes % len(self.cluster.nodes)]]
        return strike

    def _next(self):
        """The kind of the next strike: kills and stops until there were enough, others in between."""
        if self.given.every:
            return self.rng.choice(self.kinds)
        left = {
            kind: wanted - self.faults.counts[kind]
            for kind, wanted in (("kill", self.given.kills), ("stop", self.given.stops))
            if kind in self.kinds and wanted > self.faults.counts[kind]
        }
        if not left and "kill" in self.kinds and any(self.faults.met[name] < self.given.each for name in self.spots):
            left = {"kill": 1}
        others = [kind for kind in self.kinds if kind not in ("kill", "stop")]
        if not left:
            return None
        every = OTHERS_EVERY // 2 if self.given.brief else OTHERS_EVERY
        if others and self.strikes % every == every - 1:
            return self.rng.choice(others)
        return self.rng.choices(list(left), list(left.values()))[0]

    def _strike(self, strike):
        self.strikes += 1
        known = len(self.ledger.wrong)
        stop = threading.Event()
        seed = self.rng.getrandbits(64)
        worker = threading.Thread(target=self._work, args=(random.Random(seed), stop))
        worker.start()
        time.sleep(strike.delay)
        self.ledger.write("strike", number=self.strikes, strike=str(strike))
        # A killed server's stream ends; others go on, and what their listeners should hear does not come.
        struck = self.cluster.nodes if self.live and strike.kind != "kill" else []
        self.live.struck(struck) if struck else None
        self.faults.hit(strike)
        time.sleep(strike.lasts)
        stop.set()
        worker.join()
        for text in self.cluster.heal():
            self.ledger.complain(text)
        self.live.healed(struck) if struck else None
        self.live.look() if self.live else None
        try:
            self.checks.after_strike()
        except (Lost, IndexError) as error:
            self.ledger.complain(f"after {strike} no server answers: {error}")
        wrong = self.ledger.wrong[known:]
        print(f"{self.strikes:4}: {strike}: {_said(wrong) or 'as it must be'}", flush=True)

    def _work(self, rng, stop):
        """Gives commands to servers that can take them, until told to stop."""
        while not stop.is_set():
            choice = rng.random()
            able = self.cluster.able()
            if not able:
                stop.wait(0.02)
                continue
            try:
                if self.commands.one(rng, able[int(choice * len(able))]) == "lost":
                    # A server that refuses everything is not to be asked as fast as it can refuse.
                    stop.wait(0.05)
            except Exception as error:  # Not the server's: say so instead of testing nothing from here on.
                self.ledger.complain(f"the harness failed: {error!r}\n{traceback.format_exc()}")
                return

    def _quiet(self):
        known = len(self.ledger.wrong)
        began = time.monotonic()
        self.faults.align()
        try:
            self.checks.when_quiet()
        except Lost as error:
            self.ledger.complain(f"no answer when all is quiet: {error}")
        for text in self.lake.look(self.cluster) if self.lake else []:
            self.ledger.complain(text)
        wrong = self.ledger.wrong[known:]
        took = time.monotonic() - began
        print(f"      quiet within {took:.1f} s: {_said(wrong) or 'everything adds up'}", flush=True)

    def close(self):
        """Ends all that it started, and keeps what was delivered if anything was wrong."""
        is_wrong = bool(self.ledger.wrong)
        for node in self.cluster.nodes:
            node.kill()
        for name, spot in self.spots.items():
            try:
                spot.keep(self.cluster.work / "kept" / name) if is_wrong else None
            except Exception as error:  # It may be what is wrong, and all else is to end all the same.
                self.ledger.complain(f"cannot keep what {name} has: {error!r}")
            spot.stop()
        self.lake.stop() if self.lake else None
        self.ledger.close() if not is_wrong else None
        self.cluster.close(keep=is_wrong)

    def figures(self):
        runs = self.checks.ended.values()
        return {
            "seed": self.given.seed,
            "database": self.given.database,
            "servers": self.given.servers,
            "destinations": self.given.destination,
            "strikes": {kind: count for kind, count in self.faults.counts.items() if count},
            "kills_that_met_a_delivery": dict(self.faults.met),
            "commands": self.commands.counts,
            "runs": {status: sum(1 for run in runs if run[0] == status) for status in sorted({run[0] for run in runs})},
            "failures": self.checks.failures,
            "starts": self.checks.starts,
            "looked_at": self.destination.looked_at,
            "tests_left": self.destination.tests_left,
            "messages_repeated": self.spots["webhook"].destination.repeated if "webhook" in self.spots else None,
            "lake": self.given.lake,
            "live": self.live.figures() if self.live else None,
            "takeovers": self.watch.takeovers if self.watch else None,
            "longest_takeover_seconds": round(self.watch.longest, 1) if self.watch else None,
            "wrong": [text[:300] for text in self.ledger.wrong[:20]],
        }


def _said(wrong):
    """The first few; the ledger has them all."""
    more = f"; and {len(wrong) - 3} more" if len(wrong) > 3 else ""
    return "; ".join(text[:300] for text in wrong[:3]) + more


def main():
    given = arguments()
    kinds, missing = possible(given.faults, given.database, given.destination)
    where = ",".join(given.destination)
    print(f"seed {given.seed}: {given.servers} on {given.database}, {','.join(kinds)}, to {where}", flush=True)
    for kind, why in missing.items():
        print(f"left out: {kind}, since {why}", flush=True)
    # So that servers and mounts go whoever ends us.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    work = Path(tempfile.mkdtemp(prefix="waybill-torture-"))
    began = time.monotonic()
    one = Restoring(given, work, LOOPBACK) if given.restore else Round(given, kinds, work)
    try:
        one.play()
    except BaseException as error:
        one.ledger.complain(f"the harness failed: {error!r}")
        raise
    finally:
        one.close()
        figures = {**one.figures(), "seconds": round(time.monotonic() - began)}
        print(json.dumps(figures, indent=2))
        if given.figures:
            with open(given.figures, "a") as file:
                file.write(json.dumps(figures) + "\n")
        if one.ledger.wrong:
            print(f"WRONG: {len(one.ledger.wrong)}, see {work}/ledger.jsonl; again with --seed {given.seed}")
    sys.exit(1 if one.ledger.wrong else 0)


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    main()
