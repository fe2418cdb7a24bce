import { FragileExport } from "../fixtures/fragile-export.ts";
import { Furniture } from "../fixtures/furniture.ts";
import { Ledgers } from "../fixtures/ledgers.ts";
import { inEachLanguage } from "../fixtures/matrix.ts";
import { OwnExports } from "../fixtures/own-exports.ts";
import { Stream } from "../fixtures/stream.ts";
import { expect, test } from "../fixtures/test.ts";
import { ExportsPage } from "../pages/exports.ts";
import { RunPane } from "../pages/run-pane.ts";
import { SystemPage } from "../pages/system.ts";

/** A second, and what the test itself takes to look. */
const soon = { timeout: 1_500 };

/** Names that no other test uses. */
let made = 0;
const fresh = (what: string) => `Live ${what} ${(made += 1)}`;

/** Opens the page, and waits until it has asked again of itself, as it does once it listens. */
async function opened(exports: ExportsPage): Promise<void> {
  const asked = exports.page.waitForResponse((response) => response.url().endsWith("/api/ui/exports/list"));
  await exports.goto();
  await exports.hydrated();
  await asked;
  await exports.page.waitForLoadState("networkidle");
}

test("a run that was started elsewhere is seen within a second, without a reload", async ({ page, server, signIn }) => {
  const furniture = await Furniture.of(server);
  const name = fresh("delivery");
  const id = await furniture.export(name);
  const exports = new ExportsPage(page);
  await signIn("viewer");
  await exports.goto();
  await exports.hydrated();
  await expect(exports.row(name)).toContainText("Not started");
  await furniture.start(id);
  await expect(exports.row(name)).not.toContainText("Not started", soon);
  await expect(exports.row(name)).toContainText("Successful", { timeout: 30_000 });
});

test("nothing moves under the pointer: order, selection, focus and an open menu outlive live updates", async ({
  page,
  server,
  signIn,
}) => {
  const furniture = await Furniture.of(server);
  const [chosen, running, focused] = [fresh("a"), fresh("b"), fresh("c")];
  await furniture.exports([chosen, focused]);
  const fragile = await FragileExport.make(server, running);
  const exports = new ExportsPage(page);
  await signIn("admin");
  // What was delivered last comes first: a run would move its row.
  await exports.goto("?sort=-refreshed_at&q=Live");
  await exports.hydrated();
  const before = await exports.names();
  await exports.select(chosen);
  await exports.link(focused).focus();
  const place = async () => (await exports.link(focused).boundingBox())?.y;
  const y = await place();
  await fragile.run();
  await expect(exports.status(running)).toContainText("Successful");
  expect(await exports.names()).toEqual(before);
  await expect(exports.row(chosen).getByRole("checkbox")).toBeChecked();
  await expect(exports.link(focused)).toBeFocused();
  expect(await place()).toBe(y);

  // Of a row that stays as it is, and of the one that changes under it.
  const item = page.getByRole("menuitem").first();
  for (const [name, changes, status] of [
    [chosen, () => fragile.fails(), "Skipped"],
    [running, () => fragile.recovers(), "Successful"],
  ] as const) {
    await exports.row(name).getByRole("link", { name: `Commands for ${name}` }).click();
    await expect(item).toBeFocused();
    const there = await item.boundingBox();
    await changes();
    await expect(exports.status(running)).toContainText(status);
    await expect(item).toBeFocused();
    expect(await item.boundingBox()).toEqual(there);
    await page.keyboard.press("Escape");
    await expect(item).toBeHidden();
  }
  expect(await exports.names()).toEqual(before);
  await expect(exports.row(chosen).getByRole("checkbox")).toBeChecked();
});

inEachLanguage(({ words }) => {
  test("a lost stream says so, and what was missed meanwhile is there once it is back", async ({ page, server, signIn }) => {
    const furniture = await Furniture.of(server);
    const stream = await Stream.of(page);
    const exports = new ExportsPage(page);
    await signIn("viewer");
    await opened(exports);
    const lost = page.getByText(words.connectionLost);
    await expect(lost).toHaveCount(0);
    await stream.says("error");
    await expect(lost).toBeVisible();
    const name = fresh("news");
    await furniture.export(name);
    await stream.says("open");
    await expect(lost).toHaveCount(0);
    await expect(exports.row(name)).toBeVisible();
  });

  test("a page says once that a newer version is in place, and loads it", async ({ page, signIn }) => {
    const stream = await Stream.of(page);
    const exports = new ExportsPage(page);
    await signIn("viewer");
    await exports.goto("?q=Orders");
    await exports.hydrated();
    const offer = page.getByRole("main").getByRole("status").filter({ hasText: words.newerVersion });
    await stream.says("build", await stream.build());
    await expect(offer).toHaveCount(0);
    await stream.says("build", "another");
    await expect(offer.first()).toBeVisible();
    await page.evaluate(() => Object.assign(window, { old: true }));
    await page.getByRole("link", { name: words.reload, exact: true }).click();
    await expect.poll(() => page.evaluate(() => "old" in window)).toBe(false);
    await expect(exports.search).toHaveValue("Orders");
    await expect(offer).toHaveCount(0);
  });
});

test("a stream that could not be kept up with makes the page fetch everything", async ({ page, server, signIn }) => {
  const furniture = await Furniture.of(server);
  const stream = await Stream.of(page);
  const exports = new ExportsPage(page);
  await signIn("viewer");
  await opened(exports);
  const name = fresh("resync");
  await furniture.export(name);
  await expect(exports.row(name)).toHaveCount(0);
  await stream.says("resync", "{}");
  await expect(exports.row(name)).toBeVisible(soon);
});

test("the stream begins with the build of the page", async ({ page, signIn }) => {
  await signIn("viewer");
  await new ExportsPage(page).goto();
  const [first, build] = await page.evaluate(async () => {
    const leave = new AbortController();
    const answer = await fetch("/events", { signal: leave.signal });
    const { value } = await answer.body!.getReader().read();
    leave.abort();
    return [new TextDecoder().decode(value), document.documentElement.dataset.build];
  });
  expect(build).toMatch(/^[0-9a-f]{24}$/);
  expect(first).toContain("event: build");
  expect(first).toContain(`data: ${build}`);
});

test("the end of a run is announced once, and its progress seldom", async ({ page, server, signIn }) => {
  const furniture = await Furniture.of(server);
  const id = await furniture.export(fresh("spoken"));
  const { id: run } = await furniture.run(id);
  await signIn("viewer");
  // The page hears twice more that the run is going on; then what is true.
  let answers = 0;
  await page.route("**/api/ui/runs/get", async (route) => {
    const response = await route.fetch();
    const body = (await response.json()) as { run: { status: string } };
    answers += 1;
    if (answers <= 2) body.run.status = "processing";
    await route.fulfill({ response, json: body });
  });
  const exports = new ExportsPage(page);
  await exports.goto(`?pane=run/${run}`);
  const pane = await new RunPane(page).opened();
  const region = pane.dialog.locator("p.sr[role=status]");
  await region.evaluate((element) => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    new MutationObserver(() => heard.push(element.textContent ?? "")).observe(element, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
  await exports.hydrated();
  await expect(region).toHaveText("Successful", { timeout: 15_000 });
  // Another answer says nothing new.
  await page.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));
  await furniture.run(id);
  const heard = await page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  expect(heard.filter((text) => text === "Successful")).toHaveLength(1);
  expect(heard.filter((text) => text.startsWith("Processing")).length).toBeLessThanOrEqual(1);
});

test("while a run goes, its pane has a bar that grows, with the rows so far and of how many", async ({
  page,
  server,
  signIn,
}) => {
  const [exports, system] = [new ExportsPage(page), new SystemPage(page)];
  await signIn("admin");
  await exports.goto();
  const ledgers = await Ledgers.make(system, server, 1);
  const name = fresh("progress");
  // Packed, it takes its time, also where a file is written at once.
  const options = { format: "csv", compression: "gzip" };
  const own = await OwnExports.make(system, [name], undefined, { table: "ledger_1", enabled: false, options });
  const run = await (await Furniture.of(server)).start(own.id(name));
  await exports.goto(`?pane=run/${run}`);
  await exports.hydrated();
  const pane = await new RunPane(page).opened();
  const bar = pane.progress.getByRole("progressbar", { name: "Progress of ledger_1" });
  const value = async () => Number(await bar.getAttribute("value"));
  await expect(pane.progress).toHaveText(/^[1-9][\d,]* of 8,000,000 rows$/, { timeout: 60_000 });
  await expect(bar).toHaveAttribute("max", "8000000");
  const before = await value();
  const cancel = pane.dialog.getByRole("button", { name: "Cancel run" });
  await cancel.focus();
  await expect.poll(value).toBeGreaterThan(before);
  await expect(cancel).toBeFocused();
  await pane.ends("Successful");
  await expect(bar).toHaveCount(0);
  await own.remove(system);
  await ledgers.remove(system);
});

test("a hidden tab waits, and is current within a second of being shown", async ({ page, server, signIn }) => {
  const furniture = await Furniture.of(server);
  const stream = await Stream.of(page);
  const exports = new ExportsPage(page);
  await page.addInitScript(() => {
    Object.assign(window, { away: false });
    Object.defineProperty(document, "hidden", { get: () => (window as unknown as { away: boolean }).away });
  });
  await signIn("viewer");
  await opened(exports);
  const show = (away: boolean) =>
    page.evaluate((away) => {
      Object.assign(window, { away });
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    }, away);
  await show(true);
  let asked = 0;
  page.on("request", (request) => {
    if (request.url().endsWith("/api/ui/exports/list")) asked += 1;
  });
  const name = fresh("while away");
  const id = await furniture.export(name);
  await stream.says("message", JSON.stringify({ kind: "export", id, version: 1 }));
  // Twice as long as a page that is seen waits for more of the kind.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
  expect(asked, "questions of a tab that nobody sees").toBe(0);
  await show(false);
  await expect(exports.row(name)).toBeVisible(soon);
});

test("tabs share one stream, and another takes it over when its tab is closed", async ({ context, page, server, signIn }) => {
  const furniture = await Furniture.of(server);
  const streams: string[] = [];
  context.on("request", (request) => {
    if (new URL(request.url()).pathname === "/events") streams.push(request.url());
  });
  await signIn("viewer");
  const tabs = [page, await context.newPage()].map((tab) => new ExportsPage(tab));
  for (const tab of tabs) {
    await tab.goto();
    await tab.hydrated();
  }
  const name = fresh("shared");
  const id = await furniture.export(name);
  for (const tab of tabs) await expect(tab.row(name)).toBeVisible();
  const { length } = streams;
  expect(length, "streams of two tabs").toBe(1);
  await page.close();
  await expect.poll(() => streams.length).toBe(2);
  await furniture.start(id);
  await expect(tabs[1]!.row(name)).not.toContainText("Not started");
});

test("how long ago something was changes by the minute, in the row as it stands", async ({ page, server, signIn }) => {
  const furniture = await Furniture.of(server);
  const name = fresh("minutes");
  await furniture.export(name);
  const exports = new ExportsPage(page);
  await signIn("viewer");
  await page.clock.install();
  await exports.goto();
  await exports.hydrated();
  const time = exports.row(name).locator("time").last();
  await exports.row(name).evaluate((row) => Object.assign(row, { marked: true }));
  const before = await time.innerText();
  await page.clock.runFor(180_000);
  await expect(time).not.toHaveText(before);
  await expect(time).toHaveText(/minutes ago/);
  expect(await exports.row(name).evaluate((row) => "marked" in row)).toBe(true);
});
