import { expect, test } from "../fixtures/test.ts";
import { ExportsPage } from "../pages/exports.ts";

/** Bytes after brotli, as `design/ui.md` allows them. Pages and panes are parts of their own, loaded when they are first opened. */
const budgets = { wasm: 300_000, js: 15_000, css: 15_000 };
/** The largest part: the panes of exports. */
const largestPart = 217_000;
const kinds = Object.keys(budgets) as (keyof typeof budgets)[];

const kindOf = (url: string) => kinds.find((ending) => new URL(url).pathname.endsWith(`.${ending}`));
const isPart = (url: string) => /\/(split|chunk)_[^/]*\.wasm$/.test(url);

test("what the page loads stays within its budgets, compressed, hashed and cached for ever", async ({
  page,
  signIn,
}) => {
  const sizes = new Map<string, number>();
  const headers: { url: string; headers: Record<string, string> }[] = [];
  page.on("response", (response) => {
    if (kindOf(response.url())) headers.push({ url: response.url(), headers: response.headers() });
  });
  await signIn("viewer");
  const exports = new ExportsPage(page);
  await exports.goto();
  await exports.hydrated();
  await exports.goto("?pane=shortcuts");
  await exports.hydrated();

  let largest = 0;
  const seen = new Set<string>();
  for (const { url, headers: head } of headers) {
    if (seen.has(url)) continue;
    seen.add(url);
    expect(head["content-encoding"], `${url} is compressed`).toBe("br");
    expect(head["cache-control"], `${url} is cached`).toMatch(/immutable/);
    const size = Number(head["content-length"] ?? Number.NaN);
    if (isPart(url)) largest = Math.max(largest, size);
    else sizes.set(kindOf(url)!, (sizes.get(kindOf(url)!) ?? 0) + size);
  }
  console.log(`brotli: ${[...sizes].map(([kind, size]) => `${kind} ${size}`).join(", ")}`);
  expect(largest, "panes in bytes").toBeGreaterThan(largestPart / 2);
  expect(largest, "panes in bytes").toBeLessThanOrEqual(largestPart);
  for (const kind of kinds) {
    expect(sizes.get(kind), `${kind} in bytes`).toBeGreaterThan(0);
    expect(sizes.get(kind), `${kind} in bytes`).toBeLessThanOrEqual(budgets[kind]);
  }
});

test("nothing moves while the page is taken over", async ({ page, signIn }) => {
  await signIn("viewer");
  await page.addInitScript(() => {
    const total = { value: 0 };
    Object.assign(window, { layoutShift: total });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
        if (!entry.hadRecentInput) total.value += entry.value;
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  const exports = new ExportsPage(page);
  for (const path of ["/data/exports", "/data/runs", "/data/tables"]) {
    await page.goto(path);
    await expect(exports.heading).toBeVisible();
    await exports.hydrated();
    const shift = await page.evaluate(() => (window as unknown as { layoutShift: { value: number } }).layoutShift.value);
    expect(shift, `layout shift on ${path}`).toBeLessThanOrEqual(0.02);
  }
});
