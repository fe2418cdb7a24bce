"""Reads a `model.json` with Microsoft's own library of the Common Data Model, and says what that found.

The folder of the file and the address of the lake's folder that it describes are given. Whatever the library complains of
goes to standard error and ends this with 1.
"""

import asyncio
import json
import sys

from cdm.enums import CdmStatusLevel
from cdm.objectmodel import CdmCorpusDefinition
from cdm.storage import ADLSAdapter, LocalAdapter


async def read(folder, address):
    complaints = []
    corpus = CdmCorpusDefinition()
    corpus.set_event_callback(lambda level, message: complaints.append(message), CdmStatusLevel.WARNING)
    host, _, root = address.removeprefix("https://").partition("/")
    corpus.storage.mount("local", LocalAdapter(folder))
    corpus.storage.mount("lake", ADLSAdapter(hostname=host, root=f"/{root}", shared_key=""))
    corpus.storage.default_namespace = "local"
    manifest = await corpus.fetch_object_async("local:/model.json")
    if manifest is None or complaints:
        sys.exit("\n".join(complaints) or "there is no model")
    entities = []
    for declared in manifest.entities:
        entity = await corpus.fetch_object_async(declared.entity_path, manifest)
        entities.append(
            {
                "name": declared.entity_name,
                "columns": [[column.name, column.data_format.name] for column in entity.attributes],
                "partitions": [partition.location for partition in declared.data_partitions],
            }
        )
    if complaints:
        sys.exit("\n".join(complaints))
    print(json.dumps({"name": manifest.manifest_name, "entities": entities}))


asyncio.run(read(*sys.argv[1:]))
