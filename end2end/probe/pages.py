"""wapiti at the pages, signed in."""

import json
import os
import subprocess
from pathlib import Path

from demo import Demo

PROGRAM = Path(os.environ.get("WAYBILL_PROBE", Path.home() / ".cache/waybill/probe")) / "wapiti/bin/wapiti"
# Those that need no host of wapiti's makers to answer, and no program that we are not (PHP, Java, Spring).
MODULES = "backup cookieflags crlf csp csrf exec file htaccess http_headers ldap methods permanentxss redirect shellshock sql xss"
STARTS = ["/data/runs", "/data/segments", "/data/tables", "/data/sources", "/notices", "/account"]
STARTS += [f"/administration/{page}" for page in ("connections", "system", "people", "audit")]
# What would end the session that it looks with.
NOT = ["account/sign-out", "account/sessions/end", "account/sessions/end-others", "account/password"]

# Findings that are right about what they saw, and no faults. By category and a part of what it says.
EXPLAINED = {
    ("Cross Site Request Forgery", "Lack of anti CSRF token"): (
        "there are no tokens: what comes from another site is refused by Sec-Fetch-Site and Origin, and cookies are "
        "SameSite (server/src/http/csrf.rs; server/tests/http/cross_site.rs asks each function so)"
    ),
    ("Secure Flag cookie", "Secure flag is not set"): (
        "the demo is served over plain HTTP on loopback, which is refused anywhere else; over HTTPS cookies are Secure"
    ),
}


def explained(category, finding):
    """Why a finding is no fault; none if it may be one."""
    for (kind, words), why in EXPLAINED.items():
        if kind == category and words in finding["info"]:
            return why
    return None


def probe(results, seconds):
    """Looks as an administrator; gives how many findings are left unexplained."""
    folder = results / "pages"
    folder.mkdir(exist_ok=True)
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    with Demo() as demo:
        demo.furnish()
        argv = [PROGRAM, "--url", f"{demo.address}/data/exports", "--scope", "domain", "--module", ",".join(MODULES.split())]
        for start in STARTS:
            argv += ["--start", demo.address + start]
        for path in NOT:
            argv += ["--exclude", f"{demo.address}/api/ui/{path}"]
        argv += ["--cookie-value", demo.cookie_of("admin"), "--depth", "4", "--max-links-per-page", "80"]
        argv += ["--max-files-per-dir", "80", "--max-scan-time", str(seconds), "--max-attack-time", "60"]
        # Nothing is told to anybody: neither what went wrong in it, nor that it looked.
        argv += ["--no-bugreport", "--endpoint", demo.address, "--dns-endpoint", "localhost"]
        argv += ["--store-session", folder / "session", "--store-config", folder / "config", "--flush-session"]
        argv += ["--format", "json", "--output", report]
        done = subprocess.run(argv, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        (folder / "report.txt").write_text(done.stdout + done.stderr)
        if done.returncode != 0 or not report.exists():
            print(done.stdout[-2000:] + done.stderr[-2000:])
            return 1
        if demo.process.poll() is not None:
            print(f"pages: the server ended with {demo.process.returncode}")
            return 1
    return judge(json.loads(report.read_text()))


def judge(report):
    """Tells what was found, and gives how much of it is left unexplained."""
    print(f"pages: {report['infos']['crawled_pages_nbr']} pages and forms were attacked")
    left, why = 0, {}
    for kind in ("vulnerabilities", "anomalies"):
        for category, findings in report[kind].items():
            for finding in findings:
                reason = explained(category, finding)
                if reason:
                    why.setdefault((category, reason), []).append(finding["path"])
                elif finding["level"] > 0:
                    left += 1
                    print(f"pages: {category} at {finding['method']} {finding['path']}: {finding['info']}")
    for (category, reason), paths in why.items():
        print(f"pages: {category}, at {len(paths)} places: {reason}")
    return left
