// What the measurements of pages share: a server with its demo, a browser that Lighthouse reaches, and medians.

import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
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
  // What is measured is on this machine: a page that asks for more must not wait for it.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/** How often Lighthouse looks at a page; its times are medians of these. */
export const RUNS = 3;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** A Waybill with its demo and as many exports: the demo comes without any. */
export async function startServer(exports) {
  const data = await mkdtemp(path.join(tmpdir(), "waybill-pages-"));
  const child = spawn(binary, ["serve", "--demo", "--data", data, "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const stop = async () => {
    child.kill("SIGTERM");
    await new Promise((resolve) => (child.exitCode === null ? child.once("exit", resolve) : resolve()));
    await rm(data, { recursive: true, force: true });
  };
  let printed = "";
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    printed += chunk;
    const found = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(printed);
    if (found) {
      child.stdout.resume();
      try {
        await furnish(found[1], data, exports);
      } catch (error) {
        await stop();
        throw error;
      }
      return { address: found[1], stop };
    }
  }
  throw new Error(`the server ended:\n${printed}`);
}

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

export async function signIn(page, address) {
  await page.goto(address);
  await page.locator('input[type="email"]').fill("admin@demo.example");
  await page.locator('input[type="password"]').fill("waybill-demo");
  await page.locator('input[type="password"]').press("Enter");
  await page.getByRole("table").waitFor();
}

/** A browser with a profile of its own, and the port by which Lighthouse reaches it. */
export async function startBrowser() {
  const profile = await mkdtemp(path.join(tmpdir(), "waybill-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.WAYBILL_BROWSER ?? "/usr/bin/chromium",
    args: [...flags, "--remote-debugging-port=0"],
    locale: "en-GB",
  });
  const [port] = (await readFile(path.join(profile, "DevToolsActivePort"), "utf8")).split("\n");
  const stop = async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  };
  return { context, port: Number(port), stop };
}

/** What Lighthouse's mobile preset says, with empty caches: it clears them itself, and leaves cookies as they are. */
export async function judge(port, url, categories) {
  const { lhr } = await lighthouse(url, { port, onlyCategories: categories, logLevel: "error" });
  if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  if (lhr.finalDisplayedUrl.split("?")[0] !== url) throw new Error(`measured ${lhr.finalDisplayedUrl} instead of ${url}`);
  return lhr;
}

/** The median of a figure of each report, to three decimals. */
export const medianOf = (reports, figure) => Math.round(median(reports.map(figure)) * 1000) / 1000;

/** Audits with a time in milliseconds, but for the shift of the layout. */
export const times = {
  fcp: "first-contentful-paint",
  lcp: "largest-contentful-paint",
  tbt: "total-blocking-time",
  tti: "interactive",
  cls: "cumulative-layout-shift",
};

export async function save(name, figures) {
  await mkdir(path.join(here, "results"), { recursive: true });
  await writeFile(path.join(here, `results/${name}.json`), `${JSON.stringify(figures, null, 2)}\n`);
}
