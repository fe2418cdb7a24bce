// Our first page beside those of Apache Airflow and Prefect, as a phone gets them: bytes, requests and Lighthouse's times,
// mobile preset, empty caches, medians of three.
//
// Theirs are the front ends of their wheels (frontends.txt), which `.ci/setup bench` unpacks below WAYBILL_BENCH_FRONTENDS.
// They are served from memory by this program, over HTTP/1.1 as ours is, each file compressed by brotli as well as it can
// be: better than their own servers do, which use gzip. No server is behind them: beyond what they must know to draw anything
// (`peers`), what they ask is answered with 404 and not counted. They show an empty installation; data would come on top.
// Ours is the Exports page with fifty rows, from the program itself, with its data.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

import { judge, medianOf, RUNS, save, signIn, startBrowser, startServer, times } from "./browser.mjs";

/** A page of the list, full. */
const ROWS = 50;
/** As their types of content name them; whatever else there is, pictures and answers to script, is the rest. */
const kinds = ["html", "javascript", "wasm", "css", "font", "rest"];
const folder = process.env.WAYBILL_BENCH_FRONTENDS ?? path.join(import.meta.dirname, "frontends");

/**
 * Where each has its start page and its files, what its server writes into them, and what it answers about itself: without
 * that they draw nothing. All fields and values as in a server that nobody has set up further.
 */
const peers = {
  airflow: {
    start: "/",
    files: "/static/",
    write: ["{{ backend_server_base_url }}", "/"],
    answers: {
      "/api/v2/version": { version: "3", git_version: null },
      "/ui/auth/me": { id: "admin", username: "admin" },
      "/ui/auth/menus": { authorized_menu_items: ["Assets", "Connections", "Dags", "Variables"], extra_menu_items: [] },
      "/ui/config": {
        fallback_page_limit: 50,
        auto_refresh_interval: 3,
        hide_paused_dags_by_default: false,
        instance_name: "Airflow",
        enable_swagger_ui: true,
        require_confirmation_dag_change: false,
        default_wrap: false,
        test_connection: "Disabled",
        dashboard_alert: [],
        show_external_log_redirect: false,
        external_log_name: null,
        theme: null,
        multi_team: false,
        rerun_with_latest_version: null,
      },
    },
  },
  prefect: {
    start: "/v2/dashboard",
    files: "/v2/",
    write: ["/PREFECT_UI_SERVE_BASE_REPLACE_PLACEHOLDER", "/v2"],
    answers: {
      "/ui-settings": {
        api_url: "/api",
        csrf_enabled: false,
        auth: null,
        flags: [],
        default_ui: "v2",
        available_uis: ["v2"],
        v1_base_url: null,
        v2_base_url: "/v2",
      },
      "/api/admin/version": "3",
      "/api/admin/settings": { server: { analytics_enabled: false } },
      "/api/health": true,
      "/api/flow_runs/filter": [],
    },
  },
};

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".ttf": "font/ttf",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
};
const written = new Set([".html", ".js", ".css", ".webmanifest"]);
const compressed = new Set([".html", ".js", ".css", ".json", ".svg", ".wasm", ".webmanifest", ".ttf"]);

/** A front end as its own server would send it, were there one. */
async function serve(name, { files, write: [placeholder, value], answers }) {
  const root = path.join(folder, name);
  const kept = new Map();
  const compress = (body) =>
    promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: body.length } });

  const json = (status, value) => ({
    status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(value),
  });

  function file(name) {
    if (!kept.has(name)) kept.set(name, load(name));
    return kept.get(name);
  }

  async function load(file) {
    const kind = path.extname(file);
    let body = await readFile(path.join(root, file));
    if (written.has(kind)) body = Buffer.from(body.toString().replaceAll(placeholder, value));
    if (compressed.has(kind)) body = await compress(body);
    const headers = {
      "content-type": types[kind] ?? "application/octet-stream",
      "content-length": body.length,
      "cache-control": kind === ".html" ? "no-cache" : "public, max-age=31536000, immutable",
      ...(compressed.has(kind) && { "content-encoding": "br" }),
    };
    return { status: 200, headers, body };
  }

  async function answer(wanted, asksForPage) {
    if (asksForPage) return file("index.html");
    if (wanted in answers) return json(200, answers[wanted]);
    return wanted.startsWith(files) ? file(wanted.slice(files.length)) : json(404, { detail: "Not Found" });
  }

  const server = createServer((request, response) => {
    const wanted = path.posix.normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    answer(wanted, request.headers.accept?.includes("text/html"))
      .catch(() => json(404, { detail: "Not Found" }))
      .then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { address: `http://127.0.0.1:${server.address().port}`, stop };
}

/** What came over the wire for one look at a page: bytes by kind, and how many answers. */
function weights(report, address) {
  const came = report.audits["network-requests"].details.items.filter(
    ({ url, statusCode, finished }) => url.startsWith(address) && statusCode === 200 && finished,
  );
  const figures = { ...Object.fromEntries(kinds.map((kind) => [kind, 0])), total: 0, requests: came.length };
  for (const { mimeType, transferSize } of came) {
    figures[kinds.find((kind) => mimeType.includes(kind)) ?? "rest"] += transferSize;
    figures.total += transferSize;
  }
  return figures;
}

/** The pages in turn, so that what else the machine does meets all of them. */
async function measure(browser, pages) {
  const reports = Object.fromEntries(Object.keys(pages).map((name) => [name, []]));
  for (const url of Object.values(pages)) {
    // Files are read and compressed once, before time counts; and a page that drew nothing would be no comparison.
    const page = await browser.context.newPage();
    await page.goto(url, { timeout: 180_000 });
    await page.getByRole("heading").first().waitFor({ timeout: 60_000 });
    await page.close();
  }
  for (let run = 0; run < RUNS; run += 1) {
    for (const [name, url] of Object.entries(pages)) reports[name].push(await judge(browser.port, url, ["performance"]));
  }
  return Object.fromEntries(
    Object.entries(reports).map(([name, looks]) => {
      const each = looks.map((look) => weights(look, new URL(pages[name]).origin));
      const bytes = Object.keys(each[0]).map((kind) => [kind, medianOf(each, (figures) => figures[kind])]);
      const taken = Object.entries(times).map(([time, audit]) => [time, medianOf(looks, (look) => look.audits[audit].numericValue)]);
      const performance = medianOf(looks, (look) => look.categories.performance.score * 100);
      return [name, { ...Object.fromEntries(bytes), performance, ...Object.fromEntries(taken) }];
    }),
  );
}

function print(figures) {
  const columns = [...kinds, "total", "requests", "performance", ...Object.keys(times)];
  const inBytes = new Set([...kinds, "total"]);
  const inMilliseconds = new Set(["fcp", "lcp", "tbt", "tti"]);
  const head = (column) => (inBytes.has(column) ? `${column} kB` : inMilliseconds.has(column) ? `${column} ms` : column);
  const cell = (column, value) =>
    inBytes.has(column) ? (value / 1000).toFixed(1) : String(column === "cls" ? value : Math.round(value));
  const rows = [
    ["", ...columns.map(head)],
    ...Object.entries(figures).map(([name, row]) => [name, ...columns.map((column) => cell(column, row[column]))]),
  ];
  const widths = rows[0].map((_, place) => Math.max(...rows.map((row) => row[place].length)));
  for (const [name, ...cells] of rows) {
    console.log([name.padEnd(widths[0]), ...cells.map((text, place) => text.padStart(widths[place + 1]))].join("  "));
  }

  console.log("\nOthers ÷ ours (above 1: we need less)");
  const { waybill: ours, ...others } = figures;
  for (const [name, theirs] of Object.entries(others)) {
    const ratio = (column) => (theirs[column] / ours[column]).toFixed(1);
    console.log(`  ${name}: ${ratio("total")} × bytes, ${ratio("requests")} × requests, ${ratio("tti")} × time to interactive`);
  }
}

const servers = { waybill: await startServer(ROWS) };
const browser = await startBrowser();
try {
  for (const [name, peer] of Object.entries(peers)) servers[name] = await serve(name, peer);
  const page = await browser.context.newPage();
  await signIn(page, servers.waybill.address);
  await page.close();

  const starts = { waybill: "/data/exports", ...Object.fromEntries(Object.entries(peers).map(([name, { start }]) => [name, start])) };
  const pages = Object.fromEntries(Object.entries(servers).map(([name, { address }]) => [name, address + starts[name]]));
  const figures = await measure(browser, pages);
  print(figures);
  await save("frontends", figures);
} finally {
  await browser.stop();
  for (const server of Object.values(servers)) await server.stop();
}
