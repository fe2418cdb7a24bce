"""Where the servers under test deliver to: what starts it, how a connection to a part of it is made, and how a reader
looks at it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench"))

import stores  # noqa: E402
from destination import Destination  # noqa: E402
from messages import SECRET, Receiver  # noqa: E402
from places import Bucket, Container, Folder  # noqa: E402


class LocalFolder:
    """A folder of this machine."""

    type = "local_folder"
    format = "csv"
    # Whether it can be full.
    has_disk = True

    def __init__(self, _work, out):
        self.out = out / "folder"
        self.out.mkdir()
        self.destination = Destination(Folder(self.out))

    def start(self):
        pass

    def connection(self, part):
        """Type, settings and secrets of a connection to a part of it."""
        # REST tests the folder when it saves; it may be made by the server.
        (self.out / part).mkdir(exist_ok=True)
        return self.type, {"path": str(self.out / part)}, {}

    def keep(self, _folder):
        """Saves what would be gone after the stop."""

    def stop(self):
        pass


class Stored:
    """At a server of somebody else."""

    format = "csv"
    has_disk = False

    def __init__(self, store, place):
        self.store = store
        self.destination = Destination(place)

    def start(self):
        self.store.start()

    def connection(self, part):
        return self.store.connection(part)

    def keep(self, folder):
        place = self.destination.place
        for path in place.listed():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(place.read(path))

    def stop(self):
        self.store.stop()


class Sftp(Stored):
    """A folder behind OpenSSH's server."""

    type = "sftp"
    has_disk = True

    def __init__(self, work, out):
        place = out / "sftp"
        super().__init__(stores.Sftp(work / "sftp", place), Folder(place, marks=True))

    def connection(self, part):
        (self.store.place / part).mkdir(exist_ok=True)
        return super().connection(part)

    def keep(self, folder):
        """It is on the disk of the folders."""


class S3(Stored):
    """A bucket at moto, which knows conditional writes."""

    type = "s3"

    def __init__(self, work, _out):
        store = stores.Moto(work / "s3")
        super().__init__(store, Bucket(store))


class Azure(Stored):
    """A container at Azurite."""

    type = "azure_blob"

    def __init__(self, work, _out):
        store = stores.Azurite(work / "azure")
        super().__init__(store, Container(store))


class Webhook:
    """A receiver of ours."""

    type = "webhook"
    format = "jsonl"
    has_disk = False

    def __init__(self, _work, _out):
        self.receiver = Receiver()
        self.destination = self.receiver.messages

    def start(self):
        pass

    def connection(self, part):
        return self.type, {"url": f"{self.receiver.url}/{part}"}, {"signing_secret": SECRET}

    def keep(self, _folder):
        """What is wrong with messages is in the ledger."""

    def stop(self):
        self.receiver.stop()


KINDS = {"folder": LocalFolder, "sftp": Sftp, "s3": S3, "azure": Azure, "webhook": Webhook}
