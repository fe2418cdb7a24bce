"""The server at rest: time from the start of the process until /readyz answers 200, and resident memory
ten seconds later, on a database that exists. Medians of seven starts."""

import statistics
import tempfile
import time

from common import Server, save

STARTS = 7
AIMS = {"start_ms": 300, "rest_mib": 60}


def main():
    with tempfile.TemporaryDirectory(prefix="waybill-rest-") as data:
        server = Server(data).prepare()
        server.start()
        server.stop()
        starts, sizes = [], []
        for number in range(STARTS):
            starts.append(server.start() * 1000)
            if number < 3:
                time.sleep(10)
                sizes.append(server.memory())
            server.stop()
    figures = {"start_ms": round(statistics.median(starts)), "rest_mib": round(statistics.median(sizes), 1)}
    print(f"ready after {figures['start_ms']} ms (aim {AIMS['start_ms']}), from {min(starts):.0f} to {max(starts):.0f}")
    print(f"{figures['rest_mib']} MiB at rest (aim {AIMS['rest_mib']})")
    save("rest", figures)


if __name__ == "__main__":
    main()
