"""What people and programs do to the servers while they are struck: one random command after the other.

Every answer goes into the ledger before the next command. A command that changes a thing first looks at it, which
is a check by itself.
"""

import gzip
import os
import random
import time

from cluster import ApiError, Away, Lost

DATED = "{export}/{yyyy}/{MM}/{dd}/{HHmmss}/{table}_{part}.csv"
UNDATED = "{export}/{table}_{part}.csv"
MINUTELY = {"recurrence": "cron", "cron": "* * * * *", "time_zone": "UTC"}
# Answers are kept for a day; a little less, since clocks are moved.
KEPT_FOR = 20 * 3600
MOST_EXPORTS, MOST_CONNECTIONS, MOST_SOURCES = 12, 5, 5
PATHS = {"export": "/exports", "connection": "/connections", "source": "/sources", "system": "/system/schedule"}


def shown(kind, body):
    """The part of an answer that the ledger keeps."""
    if kind == "export":
        return {
            "name": body["name"],
            "enabled": body["enabled"],
            "schedule": body["schedule"],
            "connection_id": body["connection_id"],
            "folder": body["folder"],
            "path_template": body["options"]["path_template"],
            "format": body["options"]["format"],
            "compression": body["options"]["compression"],
            "tables": [item["table_id"] for item in body["items"]],
        }
    if kind == "connection":
        return {"name": body["name"], "type": body["type"], "config": body["config"]}
    if kind == "source":
        return {"name": body["name"], "path": body["location"]}
    return {"enabled": body["enabled"], "schedule": body["schedule"]}


def address(thing):
    return PATHS[thing.kind] + ("" if thing.kind == "system" else f"/{thing.id}")


def request(kind, fields, secrets=None):
    """The body that asks for these fields. Secrets of a connection that are left out stay."""
    if kind == "export":
        return {
            "name": fields["name"],
            "connection_id": fields["connection_id"],
            "items": [{"table_id": table} for table in fields["tables"]],
            "options": {
                "format": fields["format"],
                "path_template": fields["path_template"],
                "compression": fields["compression"],
            },
            "folder": fields["folder"],
            "enabled": fields["enabled"],
            "schedule": fields["schedule"],
        }
    if kind == "connection":
        return {
            "name": fields["name"],
            "type": fields["type"],
            "config": fields["config"],
            "secrets": secrets or {},
            "audience": "administrators",
            "consent": True,
        }
    if kind == "source":
        return {"name": fields["name"], "kind": "folder", "config": {"path": fields["path"]}}
    return fields


class Table:
    """A file that is a table; it only grows. The harness knows how many rows it ever had."""

    def __init__(self, folder, name, rows):
        self.file = folder / f"{name}.csv.gz"
        self.rows = [rows]
        folder.mkdir(parents=True, exist_ok=True)
        self._write()

    def grow(self, more):
        self.rows.append(self.rows[-1] + more)
        self._write()

    def _write(self):
        new = self.file.with_name(f".{self.file.name}.new")
        with gzip.open(new, "wt", compresslevel=1) as file:
            file.write("id,name,amount\n")
            file.writelines(f"{id},name {id},{id * 3}\n" for id in range(1, self.rows[-1] + 1))
        os.replace(new, self.file)


class Commands:
    """Makes commands; `steady` exports are never switched, so that every start of theirs can be accounted for."""

    def __init__(self, cluster, ledger, brief, spots):
        """`spots`: where connections may lead to, by name."""
        self.cluster, self.ledger, self.brief = cluster, ledger, brief
        self.spots = spots
        self.tables = {}
        self.counts = {}
        # Starts of runs whose answer was lost: export, key, and when by the server's clock.
        self.repeats = []
        # Where it is looked whether other servers hear of what one has acknowledged, if that is to be looked at.
        self.live = None
        self._number = 0
        # When the command under way was given.
        self._asked = 0.0

    # The scene.

    def set_up(self):
        """Two tables, a connection to each spot, steady exports with and without date, the system schedule."""
        node = self.cluster.nodes[0]
        for name, rows in (("small", 3000), ("large", 20_000 if self.brief else 400_000)):
            folder = self.cluster.sources / name
            table = Table(folder, name, rows)
            source = self._create(node, "source", {"name": name, "path": str(folder)})
            node.call("POST", f"/sources/{source.id}/refresh")
            self.tables[self._table_of(node, source.id)] = table
        small, large = self.tables
        connections = [self._connect(node, spot, f"out {spot}", "steady", used=True) for spot in self.spots]
        for place, (name, table, template, compression, schedule, hours) in enumerate((
            ("steady minutely", small, DATED, "none", MINUTELY, 24),
            ("steady strict", small, UNDATED, "none", {**MINUTELY, "cron": "*/5 * * * *"}, 0),
            ("steady hourly", large, UNDATED, "gzip", {"recurrence": "hourly", "from": "00:00", "every": 1}, 1),
            ("steady india", small, DATED, "none", {"recurrence": "daily", "times": ["00:00", "13:30"]}, 24),
        )):
            zone = "Asia/Kolkata" if name == "steady india" else "UTC"
            connection = connections[place % len(connections)]
            fields = {
                **self._export(name, connection, [table], template, compression),
                "enabled": True,
                "schedule": {**schedule, "time_zone": zone, "catch_up_hours": hours},
            }
            self._create(node, "export", fields, steady=True)
        for spot, connection in zip(self.spots, connections, strict=True):
            if spot != "folder":
                # Several files, and those of a dated delivery that become visible at once.
                for word, template in (("undated", UNDATED), ("dated", DATED)):
                    if self.brief or template == UNDATED:
                        fields = self._export(f"{word} {spot}", connection, [small, large], template, "none")
                        self._create(node, "export", fields)
        body = node.call("GET", "/system/schedule")
        self.ledger.created("system", "schedule", body["version"], shown("system", body))

    def _table_of(self, node, source):
        while True:
            for table in node.call("GET", "/tables")["items"]:
                if table["source_id"] == source and table["rows"] is not None:
                    return table["id"]

    def _connect(self, node, spot, name, part, **facts):
        type, config, secrets = self.spots[spot].connection(part)
        fields = {"name": name, "type": type, "config": config}
        return self._create(node, "connection", fields, secrets, **facts)

    def _export(self, name, connection, tables, template, compression):
        """Of all tables to a connection, as its type takes it."""
        self._number += 1
        spot = self.spots[self.spot_of(connection)]
        return {
            "name": name,
            "enabled": False,
            "schedule": MINUTELY,
            "connection_id": connection.id,
            "folder": f"export-{self._number}",
            "path_template": template,
            "format": spot.format,
            "compression": compression if spot.format == "csv" else "none",
            "tables": tables,
        }

    def spot_of(self, connection):
        """The name of where it leads to. One that something is delivered to is not removed."""
        type = connection.state.fields["type"]
        return next(name for name, spot in self.spots.items() if spot.type == type)

    def _create(self, node, kind, fields, secrets=None, **facts):
        try:
            body = node.ask("POST", PATHS[kind], request(kind, fields, secrets))
        except Lost:
            self.ledger.lost_creation(kind, fields)
            raise
        self._acknowledged(node, kind, body["id"], body["version"])
        if kind == "export":
            facts["since"] = body["updated_at"]
        return self.ledger.created(kind, body["id"], body["version"], shown(kind, body), **facts)

    # Random commands.

    def one(self, rng: random.Random, node):
        """Gives a command to a server. Refusals and lost answers are part of the game."""
        weights = {
            self.create_export: 3,
            self.edit: 6,
            self.switch: 3,
            self.run: 8,
            self.repeat: 2,
            self.cancel: 1,
            self.remove: 2,
            self.create_connection: 1,
            self.create_source: 1,
            self.refresh: 1,
            self.grow: 1,
            self.system: 1,
        }
        command = rng.choices(list(weights), list(weights.values()))[0]
        self._asked = time.monotonic()
        try:
            outcome = "done" if command(rng, node) is not False else "nothing to do"
        except Away:
            outcome = "away"
        except Lost:
            outcome = "lost"
        except ApiError as error:
            # Somebody was faster, a name is taken, something is in use: refused, nothing has changed.
            outcome = "refused"
            if error.status not in (404, 409, 412, 422):
                self.ledger.complain(f"{command.__name__} was refused with {error}")
        self.counts[outcome] = self.counts.get(outcome, 0) + 1
        return outcome

    def _acknowledged(self, node, kind, id, version):
        """The answer has just come."""
        if self.live:
            self.live.acknowledged(node, kind, id, version, self._asked)

    def look(self, node, thing):
        """Reads a thing and compares it with the book; gives its body, or none if it is not there."""
        try:
            body = node.ask("GET", address(thing))
        except ApiError as error:
            if error.status != 404:
                raise
            self.ledger.observe(thing, None, None)
            return None
        self.ledger.observe(thing, body["version"], shown(thing.kind, body))
        return body

    def _pick(self, rng, kind, wanted=lambda thing: True):
        found = [thing for thing in self.ledger.of(kind) if wanted(thing)]
        return rng.choice(found) if found else None

    def _restless(self, rng):
        return self._pick(rng, "export", lambda thing: not thing.facts.get("steady"))

    def _name(self, rng, word):
        self._number += 1
        return f"{word} {self._number} {rng.getrandbits(32):08x}"

    def create_export(self, rng, node):
        connection = self._pick(rng, "connection")
        most = MOST_EXPORTS + 2 * len(self.spots)
        if len(self.ledger.of("export")) >= most or connection is None:
            return False
        # What a removed export still runs needs it.
        connection.facts["used"] = True
        small, large = self.tables
        # What is dated is never replaced, so it is small.
        choices = [(small, DATED, "none"), (small, UNDATED, "none"), (large, UNDATED, "none"), (large, UNDATED, "gzip")]
        table, template, compression = rng.choice(choices)
        fields = self._export(self._name(rng, "export"), connection, [table], template, compression)
        fields["enabled"] = rng.random() < 0.3
        fields["schedule"] = {**MINUTELY, "cron": rng.choice(["* * * * *", "*/2 * * * *"])}
        self._create(node, "export", fields)

    def create_connection(self, rng, node):
        if len(self.ledger.of("connection")) >= MOST_CONNECTIONS + len(self.spots):
            return False
        name = self._name(rng, "connection")
        self._connect(node, rng.choice(list(self.spots)), name, name.replace(" ", "-"))

    def create_source(self, rng, node):
        if len(self.ledger.of("source")) >= MOST_SOURCES:
            return False
        name = self._name(rng, "source")
        folder = self.cluster.sources / name.replace(" ", "-")
        Table(folder, "tiny", 10)
        self._create(node, "source", {"name": name, "path": str(folder)})

    def _put(self, node, thing, change):
        if self.look(node, thing) is None:
            return False
        fields = {**thing.state.fields, **change}
        try:
            body = node.ask("PUT", address(thing), request(thing.kind, fields), if_match=f'"{thing.state.version}"')
        except Lost:
            self.ledger.lost(thing, fields)
            raise
        self._acknowledged(node, thing.kind, thing.id, body["version"])
        self.ledger.changed(thing, body["version"], shown(thing.kind, body))

    def edit(self, rng, node):
        kind = rng.choices(["export", "connection", "source"], [8, 2, 1])[0]
        thing = self._pick(rng, kind)
        if thing is None or thing.state.fields is None:
            return False
        change = {"name": self._name(rng, kind)}
        small = next(iter(self.tables))
        if kind == "export" and thing.state.fields["tables"] == [small] and rng.random() < 0.3:
            change["path_template"] = rng.choice([DATED, UNDATED])
        return self._put(node, thing, change)

    def system(self, rng, node):
        thing = self.ledger.get("system", "schedule")
        times = [f"{rng.randrange(24):02}:{rng.randrange(60):02}"]
        return self._put(node, thing, {"schedule": {**thing.state.fields["schedule"], "times": times}})

    def switch(self, rng, node):
        """One change of several exports: all of them or none."""
        exports = [thing for thing in self.ledger.of("export") if not thing.facts.get("steady")]
        exports = rng.sample(exports, min(len(exports), rng.randint(1, 3)))
        enabled = rng.random() < 0.4
        if not exports or any(self.look(node, thing) is None for thing in exports):
            return False
        body = {"ids": [thing.id for thing in exports], "mode": "keep", "enabled": enabled}
        try:
            outcomes = node.ask("POST", "/exports/schedule", body)["items"]
        except Lost:
            for thing in exports:
                self.ledger.lost(thing, {**thing.state.fields, "enabled": enabled})
            raise
        for thing, outcome in zip(exports, outcomes, strict=True):
            if outcome["error"] is None:
                # The answer tells no version.
                self.ledger.changed(thing, None, {**thing.state.fields, "enabled": enabled})

    def run(self, rng, node):
        export = self._pick(rng, "export")
        if export is None:
            return False
        key = f"{rng.getrandbits(64):016x}"
        try:
            body = node.ask("POST", f"/exports/{export.id}/runs", idempotency_key=key)
        except Lost:
            self.ledger.lost_run(export.id)
            self.repeats.append((export.id, key, node.now()))
            raise
        # One whose answer was lost may be under way: others have heard of it before.
        is_new = not self.ledger.get("run", body["id"]) and not self.ledger.unanswered_runs.get(export.id)
        if is_new and body["trigger"] == "api":
            self._acknowledged(node, "run", body["id"], None)
        self._started(export.id, body)

    def _started(self, export, body):
        if self.ledger.get("run", body["id"]) is None:
            fields = {"name": body["id"], "export_id": export, "trigger": body["trigger"]}
            self.ledger.created("run", body["id"], None, fields)

    def repeat(self, _rng, node):
        """Asks again for a run whose answer was lost, under its key: it is to be started once in all."""
        self.repeats = [one for one in self.repeats if abs(node.now() - one[2]) < KEPT_FOR]
        if not self.repeats:
            return False
        export, key, _ = self.repeats[0]
        try:
            body = node.ask("POST", f"/exports/{export}/runs", idempotency_key=key)
        except ApiError as error:
            # 409 of a key under way: later. What cannot be run any more was not answered, and stays so.
            if error.status != 409:
                del self.repeats[0]
            raise
        del self.repeats[0]
        self.ledger.answered_run(export)
        self._started(export, body)

    def cancel(self, rng, node):
        run = self._pick(rng, "run")
        if run is None:
            return False
        node.ask("POST", f"/runs/{run.id}/cancel")

    def remove(self, rng, node):
        kind = rng.choices(["export", "connection"], [3, 1])[0]
        thing = self._pick(rng, kind, self._is_removable)
        few = len(self.ledger.of("export")) < MOST_EXPORTS - 3
        if thing is None or (kind == "export" and few) or self.look(node, thing) is None:
            return False
        if thing.state.version is None:
            return False
        try:
            node.ask("DELETE", address(thing), if_match=f'"{thing.state.version}"')
        except Lost:
            self.ledger.lost(thing, None)
            raise
        self._acknowledged(node, thing.kind, thing.id, thing.state.version)
        self.ledger.changed(thing, None, None)

    @staticmethod
    def _is_removable(thing):
        return not thing.facts.keys() & {"steady", "used"} and thing.state.fields is not None

    def refresh(self, rng, node):
        source = self._pick(rng, "source")
        node.ask("POST", f"/sources/{source.id}/refresh")

    def grow(self, rng, node):
        """The data change under way."""
        table = rng.choice(list(self.tables.values()))
        if table.rows[-1] >= 2 * table.rows[0]:
            return False
        table.grow(max(1, table.rows[0] // 50))
