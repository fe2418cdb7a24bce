"""schemathesis at REST, as each role."""

import json
import os
import re
import subprocess
from pathlib import Path

from demo import ROLES, Demo

PROGRAM = Path(os.environ.get("WAYBILL_PROBE", Path.home() / ".cache/waybill/probe")) / "schemathesis/bin/schemathesis"
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "ignored_auth",
]
# How often an id is that of a thing that is there.
KNOWN = 0.8


def settings(ids):
    """What schemathesis reads in its folder: which ids there are for which paths. The last that fits a path counts."""
    lines = []
    for path, known in ids.items():
        lines += [f'[dictionaries."{path}"]', f"values = {json.dumps(known)}", ""]
    # Short ones first: what is more exact comes after them.
    for path in sorted(ids, key=len):
        of = path if "{" in path else f"{path}/{{id}}"
        lines += ["[[operations]]", f"include-path-regex = '^/api/v1/{re.escape(of)}'"]
        lines += [f'parameters = {{ "path.id" = {{ dictionary = "{path}", probability = {KNOWN} }} }}', ""]
    return "\n".join(lines)


def probe(results, seconds, seed):
    """Looks as each role; gives how many of them found something."""
    found = 0
    for role in ROLES:
        with Demo() as demo:
            folder = results / role
            folder.mkdir(exist_ok=True)
            (folder / "schemathesis.toml").write_text(settings(demo.furnish()))
            argv = [PROGRAM, "run", f"{demo.address}/api/v1/openapi.json", "--checks", ",".join(CHECKS)]
            argv += ["--max-time", str(seconds), "--seed", str(seed), "--max-examples", "30"]
            argv += ["--continue-on-failure", "--no-shrink", "--request-timeout", "60", "--warnings", "off"]
            token = demo.token_of(role)
            if token:
                argv += ["--header", f"Authorization: Bearer {token}"]
            done = subprocess.run(argv, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
            report = done.stdout + done.stderr
            (folder / "report.txt").write_text(report)
            asked = re.search(r"(\d+) generated.*", report)
            print(f"rest as {role}: {asked[0] if asked else 'nothing was asked'}")
            # It ends well, too, where it could ask nothing.
            if done.returncode != 0 or not asked:
                print(report[-4000:])
                found += 1
            if demo.process.poll() is not None:
                print(f"rest as {role}: the server ended with {demo.process.returncode}")
                found += 1
    return found
