"""Two programs that know nothing of Waybill try what they can on a server with demo data.

  rest   schemathesis sends what the OpenAPI document allows and what it forbids, as each role, with the ids of things that are
         there: no answer may be a 5xx, or outside of what the document says, or the same without the token
  pages  wapiti follows the links and forms of the site as an administrator and attacks what it finds: no finding above
         informational may be left that `EXPLAINED` does not explain

Each role has a server of its own, so that none finds what another has broken. Ends with 1 if anything was found. Whole reports
are in end2end/test-results/probe.
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# At the end: there is a `rest` of its own.
sys.path.append(str(HERE.parent / "bench"))

import pages  # noqa: E402
import rest  # noqa: E402

RESULTS = HERE.parent / "test-results/probe"


def main():
    parser = argparse.ArgumentParser(prog=".ci/probe")
    parser.add_argument("parts", nargs="*", metavar="rest|pages", help="what to try (both)")
    parser.add_argument("--seconds", type=int, default=120, help="of each role, and of following links (120)")
    parser.add_argument("--seed", type=int, default=7, help="of what is made up (7)")
    asked = parser.parse_args()
    parts = asked.parts or ["rest", "pages"]
    if set(parts) - {"rest", "pages"}:
        parser.error(f"no such part: {' '.join(parts)}")
    RESULTS.mkdir(parents=True, exist_ok=True)
    found = 0
    if "rest" in parts:
        found += rest.probe(RESULTS, asked.seconds, asked.seed)
    if "pages" in parts:
        found += pages.probe(RESULTS, asked.seconds)
    print(f"{found} findings" if found else "nothing was found")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
