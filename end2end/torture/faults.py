"""The strikes. Each is drawn from the seed, hits once, lasts a while, and says in a line what it did."""

import signal
import time
from collections import Counter
from dataclasses import dataclass, field

from cluster import Disk, FAKETIME
from spots import KINDS as SPOTS

KINDS = ("kill", "stop", "clock", "disk", "database")
# Shortest, longest and likeliest seconds beyond the lease of 30 s: others take the work over, and the best moment to
# come back is while they are at it.
BEYOND_LEASE = (29.5, 42.0, 31.5)
JUMPS = (61, 10 * 60, 3600, 5 * 3600, 26 * 3600, -40, -3600)


@dataclass
class Strike:
    kind: str
    # After how many seconds of commands, and for how long.
    delay: float
    lasts: float
    victims: list = field(default_factory=list)
    detail: str = ""

    def __str__(self):
        whom = ",".join(str(node.number) for node in self.victims)
        return f"{self.kind} {whom} {self.detail}".rstrip() + f" after {self.delay:.2f} s for {self.lasts:.1f} s"


class Faults:
    """Draws and carries out strikes on a cluster."""

    def __init__(self, cluster, checks, rng, kinds, brief):
        self.cluster, self.checks, self.rng = cluster, checks, rng
        self.kinds, self.brief = kinds, brief
        self.counts = dict.fromkeys(KINDS, 0)
        # How many kills of everybody met a delivery, by where that went to.
        self.met = Counter()

    def draw(self, kind):
        """What the next strike of a kind will be. Consumes the same numbers whatever the servers do."""
        rng, nodes = self.rng, self.cluster.nodes
        delay = rng.uniform(0, 1.2)
        victim = rng.choice(nodes)
        everybody = rng.random() < 0.15
        lasts = rng.uniform(0, 1.5)
        chance, target = rng.random(), rng.random()
        long = rng.triangular(*BEYOND_LEASE)
        jump = rng.choice(JUMPS)
        strike = Strike(kind, delay, lasts / 3 if kind == "kill" else lasts, nodes if everybody else [victim])
        if kind == "kill":
            strike.detail = "while it starts" if chance < 0.1 else ""
        elif kind == "stop":
            strike.victims = [victim]
            strike.lasts = lasts if self.brief else long
        elif kind == "clock":
            strike.victims = [victim] if chance < 0.3 else nodes
            strike.detail, strike.lasts = f"{jump:+d} s", 1.0 + lasts
        elif kind == "disk":
            strike.victims, strike.lasts = [], 2.0 + 3 * lasts
            strike.detail = "disk-data" if target < 0.5 else "disk-out"
        elif kind == "database":
            modes = ("drop", "hold", "crash", "hold long")
            strike.detail = modes[int(target * (3 if self.brief else 4))]
            strike.lasts = long if strike.detail == "hold long" else 1.0 + 2 * lasts
            if strike.detail == "hold long":
                strike.victims = [victim]
        return strike

    def hit(self, strike):
        self.counts[strike.kind] += len(strike.victims) if strike.kind in ("kill", "stop") else 1
        getattr(self, f"_{strike.kind}")(strike)

    def _kill(self, strike):
        for node in strike.victims:
            node.kill()
        self.checks.killed += len(strike.victims)
        if len(strike.victims) == len(self.cluster.nodes):
            self.met.update(self.checks.under_way())
        if strike.detail:
            for node in strike.victims:
                node.spawn()
            time.sleep(strike.lasts / 5)
            for node in strike.victims:
                node.kill()

    @staticmethod
    def _stop(strike):
        for node in strike.victims:
            node.freeze()

    def _clock(self, strike):
        jump = int(strike.detail.split()[0])
        for node in strike.victims:
            before = node.now()
            node.clock.set(node.clock.offset + jump)
            self.checks.jumped(before, node.now())

    def _disk(self, strike):
        self.cluster.disks[strike.detail].fill()

    def _database(self, strike):
        if strike.detail == "crash":
            self.cluster.postgres.stop(signal.SIGQUIT)
            return
        for node in strike.victims:
            node.proxy.drop() if strike.detail == "drop" else node.proxy.hold()

    def align(self):
        """Sets all clocks to the latest time that one has shown: waits that were planned then come to an end."""
        if not self.cluster.nodes[0].clock:
            return
        offset = max(int(self.checks.latest - time.time()), *(node.clock.offset for node in self.cluster.nodes), 0)
        for node in self.cluster.nodes:
            if node.clock.offset != offset:
                before = node.now()
                node.clock.set(offset)
                self.checks.jumped(before, node.now())
        for node in self.cluster.able():
            node.wait_for_clock()


def possible(kinds, database, spots):
    """Those of the kinds that can be had here, and why the others cannot."""
    missing = {}
    if "clock" in kinds and FAKETIME is None:
        missing["clock"] = "Debian's faketime is not installed"
    if "disk" in kinds and not Disk.is_possible():
        missing["disk"] = "a small file system cannot be mounted here"
    if "database" in kinds and database == "sqlite":
        missing["database"] = "SQLite has no wire"
    if "disk" in kinds and not all(SPOTS[spot].has_disk for spot in spots):
        missing["disk"] = "not all destinations have one"
    return [kind for kind in kinds if kind not in missing], missing
