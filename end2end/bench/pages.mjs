// The Exports page as a phone gets it: Lighthouse's mobile preset three times, medians, then the time from a
// click to the next paint for selecting, sorting and opening a pane.

import { execFile, spawn } from "node:child_process";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

import { chromium } from "@playwright/test";
import lighthouse from "lighthouse";

const here = import.meta.dirname;
const binary = process.env.WAYBILL_BINARY ?? path.resolve(here, "../../target/debug/waybill");
const flags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
const aims = { performance: 95, accessibility: 100, "best-practices": 100, lcp: 1200, tbt: 150, cls: 0.02, click: 100 };

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const percentile = (values, share) => values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1];

async function startServer(data) {
  const child = spawn(binary, ["serve", "--demo", "--data", data, "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let printed = "";
  for await (const chunk of child.stdout) {
    printed += chunk;
    const found = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(printed);
    if (found) {
      child.stdout.resume();
      return { child, address: found[1] };
    }
  }
  throw new Error(`the server ended:\n${printed}`);
}

/** A full page of exports: the demo comes without any. */
async function furnish(address, data, count) {
  const made = await promisify(execFile)(binary, ["token", "create", "--user", "admin@demo.example", "--data", data]);
  const ask = async (path, body) => {
    const answer = await fetch(`${address}/api/v1/${path}`, {
      method: body ? "POST" : "GET",
      headers: { authorization: `Bearer ${made.stdout.trim()}`, "content-type": "application/json" },
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()).items;
  };
  let tables = [];
  while (tables.length === 0 || tables.some((table) => table.rows === null)) {
    await pause(100);
    tables = await ask("tables");
  }
  const [connection] = await ask("connections");
  for (let number = 1; number <= count; number += 1) {
    const table = tables[number % tables.length];
    const name = `${table.name} for partner ${String(number).padStart(3, "0")}`;
    await ask("exports", { name, connection_id: connection.id, items: [{ table_id: table.id }], enabled: false });
  }
}

async function signIn(page, address) {
  await page.goto(address);
  await page.locator('input[type="email"]').fill("admin@demo.example");
  await page.locator('input[type="password"]').fill("waybill-demo");
  await page.locator('input[type="password"]').press("Enter");
  await page.getByRole("table").waitFor();
}

/** Milliseconds from the click to the first frame after it, as the page itself sees them. */
async function clickToPaint(page, locator) {
  await page.evaluate(() => {
    window.painted = new Promise((resolve) => {
      addEventListener("click", (event) => {
        const clicked = event.timeStamp;
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - clicked), 0));
      }, { capture: true, once: true });
    });
  });
  await locator.click();
  return page.evaluate(() => window.painted);
}

const data = await mkdtemp(path.join(tmpdir(), "waybill-pages-"));
const profile = await mkdtemp(path.join(tmpdir(), "waybill-browser-"));
const port = 40000 + (process.pid % 20000);
const { child, address } = await startServer(data);
const context = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.WAYBILL_BROWSER ?? "/usr/bin/chromium",
  args: [...flags, `--remote-debugging-port=${port}`],
  locale: "en-GB",
});
try {
  await furnish(address, data, 100);
  const page = await context.newPage();
  await signIn(page, address);

  const runs = [];
  for (let run = 0; run < 3; run += 1) {
    const { lhr } = await lighthouse(`${address}/data/exports`, {
      port,
      disableStorageReset: true,
      onlyCategories: ["performance", "accessibility", "best-practices"],
      logLevel: "error",
    });
    if (new URL(lhr.finalDisplayedUrl).pathname !== "/data/exports") throw new Error(`measured ${lhr.finalDisplayedUrl}`);
    runs.push({
      performance: lhr.categories.performance.score * 100,
      accessibility: lhr.categories.accessibility.score * 100,
      "best-practices": lhr.categories["best-practices"].score * 100,
      fcp: lhr.audits["first-contentful-paint"].numericValue,
      lcp: lhr.audits["largest-contentful-paint"].numericValue,
      tbt: lhr.audits["total-blocking-time"].numericValue,
      tti: lhr.audits.interactive.numericValue,
      cls: lhr.audits["cumulative-layout-shift"].numericValue,
      bytes: lhr.audits["total-byte-weight"].numericValue,
      failed: Object.values(lhr.audits).filter(({ score, scoreDisplayMode }) => scoreDisplayMode === "binary" && score === 0).map(({ id }) => id),
    });
  }
  const figures = Object.fromEntries(
    Object.keys(runs[0]).filter((key) => key !== "failed").map((key) => [key, Math.round(median(runs.map((run) => run[key])) * 1000) / 1000]),
  );
  figures.failed = runs[0].failed;

  await page.goto(`${address}/data/exports?limit=100`);
  await page.waitForFunction(() => document.documentElement.hasAttribute("data-hydrated"));
  const clicks = { select: [], sort: [], pane: [] };
  const box = page.getByRole("table").getByRole("checkbox").nth(1);
  const sorted = page.getByRole("columnheader", { name: "Status" }).locator("a, button").first();
  const opener = page.getByRole("table").getByRole("rowheader").first().getByRole("link");
  for (let round = 0; round < 20; round += 1) {
    clicks.select.push(await clickToPaint(page, box));
    clicks.sort.push(await clickToPaint(page, sorted));
    // The rows have come: the live stream never ends, so the network is never idle.
    await page.locator("table:not([aria-busy])").waitFor();
    clicks.pane.push(await clickToPaint(page, opener));
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
  figures.click_to_paint_p95 = Object.fromEntries(
    Object.entries(clicks).map(([name, values]) => [name, Math.round(percentile(values, 0.95) * 10) / 10]),
  );

  console.log(JSON.stringify(figures, null, 2));
  console.log(`aims: ${JSON.stringify(aims)}`);
  await mkdir(path.join(here, "results"), { recursive: true });
  await writeFile(path.join(here, "results/pages.json"), `${JSON.stringify(figures, null, 2)}\n`);
} finally {
  await context.close();
  child.kill("SIGTERM");
  await new Promise((resolve) => (child.exitCode === null ? child.once("exit", resolve) : resolve()));
  await rm(data, { recursive: true, force: true });
  await rm(profile, { recursive: true, force: true });
}
