import { Ledgers } from "../fixtures/ledgers.ts";
import { OwnExports } from "../fixtures/own-exports.ts";
import { expect, people, test } from "../fixtures/test.ts";
import { ExportsPage } from "../pages/exports.ts";
import { RunPane } from "../pages/run-pane.ts";
import { SignInPage } from "../pages/sign-in.ts";
import { Pause, RefreshPane, SystemPage, TaskPane } from "../pages/system.ts";

test.describe.configure({ mode: "serial" });

const tabs = ["", "?tab=pipeline", "?tab=timeline", "?tab=about"];
const why = "The warehouse is being moved";

test.describe("everything is paused", () => {
  test.afterEach(async ({ page, signIn }, testInfo) => {
    // The server is shared with other files: a pause that is left behind would stop them.
    if (testInfo.status === testInfo.expectedStatus) return;
    await signIn("admin");
    const system = new SystemPage(page);
    await system.goto();
    await system.call("system/resume");
  });

  test("a pause asks for a reason, says what it does, and is said on every page at once", async ({
    page,
    browser,
    server,
    signIn,
  }) => {
    const system = new SystemPage(page);
    await signIn("admin");
    await system.goto();
    await system.hydrated();

    // Somebody else looks at the list meanwhile.
    const context = await browser.newContext({ baseURL: server.address, locale: "en-GB" });
    const other = await context.newPage();
    const signInPage = new SignInPage(other);
    await signInPage.goto();
    await signInPage.signIn(people.viewer);
    await new ExportsPage(other).hydrated();

    await system.command("Pause everything").click();
    const pause = await new Pause(page).opened();
    await expect(page).toHaveURL(/[?&]pane=pause/);
    await expect(pause.dialog).toContainText("What is under way ends");
    await expect(pause.reason).toBeFocused();
    await pause.pause.click();
    await expect(pause.dialog.getByRole("alert")).toContainText("Enter a value");
    await expect(pause.reason).toBeFocused();
    await pause.reason.fill(why);
    await page.keyboard.press("Enter");
    await expect(pause.dialog).toBeHidden();
    await expect(pause.banner).toContainText(why);
    await expect(pause.resume).toBeVisible();
    await expect(system.command("Pause everything")).toHaveCount(0);
    await expect(system.command("Resume")).toBeVisible();

    const seen = new Pause(other);
    await expect(seen.banner, "the open page hears of it").toContainText(why);
    await expect(seen.banner).toContainText("Paused by");
    await expect(seen.resume).toHaveCount(0);
    await other.goto("/data/tables");
    await expect(seen.banner).toContainText(why);

    await pause.resume.click();
    await expect(pause.banner).toHaveCount(0);
    await expect(seen.banner).toHaveCount(0);
    await expect(system.command("Pause everything")).toBeVisible();
    await context.close();
  });

  test("what is started by hand while everything is paused waits until somebody resumes", async ({ page, signIn }) => {
    const system = new SystemPage(page);
    const exports = new ExportsPage(page);
    await signIn("admin");
    await system.goto();
    await system.hydrated();
    const own = await OwnExports.make(system, ["Waits for the pause"]);
    await system.call("system/pause", { reason: why });

    await exports.goto("?q=Waits for the pause");
    await exports.hydrated();
    await exports.select("Waits for the pause");
    await exports.command(/^Run$/).click();
    const run = await new RunPane(page).opened();
    await expect(run.facts.getByText("Queued", { exact: true })).toBeVisible();
    const address = page.url();

    await signIn("viewer");
    await exports.goto();
    await exports.hydrated();
    const pause = new Pause(page);
    await expect(pause.banner).toContainText("Everything is paused");
    await expect(pause.banner).toContainText(why);
    await expect(pause.resume).toHaveCount(0);
    await exports.fromTopBar("Language", "Français");
    await expect(exports.heading).toHaveText("Exportations");
    await expect(pause.banner).toContainText("Tout est suspendu");
    await expect(pause.banner).toContainText("Suspendu par");
    await expect(pause.banner).toContainText(why);

    await signIn("admin");
    await page.goto(address);
    await expect(run.facts.getByText("Queued", { exact: true })).toBeVisible();
    await system.goto();
    await system.hydrated();
    await system.command("Resume").click();
    await expect(pause.banner).toHaveCount(0);
    await page.goto(address);
    await run.ends("Successful");
    await system.goto();
    await own.remove(system);
  });
});

test("one task of a refresh is stopped, and the others go on", async ({ page, server, signIn }) => {
  const system = new SystemPage(page);
  await signIn("admin");
  await system.goto();
  await system.hydrated();
  const ledgers = await Ledgers.make(system, server, 24);
  try {
    await system.command("Refresh all").click();
    await system.refreshAll().getByRole("button", { name: "Refresh all" }).click();
    const progress = await new RefreshPane(page).opened();
    await progress.task("Ledger 24").getByRole("link", { name: "Cancel job Ledger 24" }).click();
    const question = page.getByRole("alertdialog", { name: "Cancel this job?" });
    await expect(question.getByRole("link", { name: "Let it go on" })).toBeFocused();
    await page.keyboard.press("Escape");
    await progress.opened();
    await progress.task("Ledger 24").getByRole("link", { name: "Cancel job Ledger 24" }).click();
    await question.getByRole("button", { name: "Cancel job" }).click();
    await progress.opened();
    await expect(page).not.toHaveURL(/[?&]from=/);
    await expect(progress.task("Ledger 24")).toContainText("Canceled", { timeout: 60_000 });
    await expect(progress.task("Ledger 24").getByRole("link", { name: /Cancel job/ })).toHaveCount(0);
    await expect(progress.cancel, "the refresh goes on").toBeVisible();

    await progress.task("Ledger 24").getByRole("link", { name: "Ledger 24", exact: true }).click();
    const history = await new TaskPane(page).opened();
    await expect(history.dialog).toContainText("Data source");
    await expect(history.rows.first()).toContainText("Canceled");
    await expect(history.rows.last()).toContainText("Successful");
    await history.rows.first().getByRole("link").click();
    await progress.opened();
    await progress.cancel.click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Cancel refresh" }).click();
    await progress.ends("Canceled");
  } finally {
    await ledgers.remove();
  }
});

test("a task of the status opens its history, and that the progress of its refresh", async ({ page, signIn }) => {
  const system = new SystemPage(page);
  await signIn("viewer");
  await system.goto();
  await system.hydrated();
  await expect(system.group("Segments")).toBeVisible();
  await system.group("Data sources").getByRole("link", { name: "Demo data" }).click();
  await expect(page).toHaveURL(/[?&]pane=task\//);
  const history = await new TaskPane(page).opened();
  await history.rows.filter({ hasText: "Successful" }).first().getByRole("rowheader").getByRole("link").click();
  const progress = await new RefreshPane(page).opened();
  await expect(progress.tasks).toContainText("Demo data");
  await expect(progress.tasks).toContainText("Data source");
});

test("the pipeline shows what depends on what, and the table behind it says the same", async ({ page, signIn }) => {
  const system = new SystemPage(page);
  await signIn("viewer");
  await system.goto("?tab=pipeline");
  await system.hydrated();
  const picture = system.picture("Pipeline");
  await expect(picture.getByRole("heading", { name: "Data sources" })).toBeVisible();
  await expect(picture.getByRole("link", { name: "Orders archive" })).toBeVisible();
  expect(await picture.locator("svg path").count()).toBeGreaterThanOrEqual(3);

  const table = await system.behind("Pipeline");
  const row = table.getByRole("row").filter({ has: page.getByRole("rowheader", { name: "Orders archive" }) });
  await expect(row).toContainText("Demo data");

  await picture.getByRole("link", { name: "Demo data" }).click();
  await new TaskPane(page).opened();
  await expect(page).toHaveURL(/tab=pipeline&pane=task\//);
  await page.keyboard.press("Escape");
  await picture.getByRole("link", { name: "Orders archive" }).click();
  await expect(page.getByRole("dialog", { name: "Export details" })).toBeVisible();
});

test("the timeline shows what was at work, and its bars are links", async ({ page, signIn }) => {
  const system = new SystemPage(page);
  await signIn("viewer");
  await system.goto("?tab=timeline");
  await system.hydrated();
  const picture = system.picture("Timeline");
  await expect(picture.locator(".timeline-names")).toContainText("Demo data");
  // Every third hour; one more or fewer on the day on which clocks change.
  expect(await picture.locator(".day-hour").count()).toBeGreaterThanOrEqual(7);
  await expect(page.getByText("Hours in your time zone")).toBeVisible();
  const bar = picture.getByRole("link", { name: /^Demo data: / }).last();
  await bar.focus();
  await page.keyboard.press("Enter");
  await new RefreshPane(page).opened();
  await expect(page).toHaveURL(/tab=timeline&pane=refresh\//);
  await page.keyboard.press("Escape");
  await expect(bar).toBeFocused();

  const table = await system.behind("Timeline");
  const rows = table.getByRole("row").filter({ has: page.getByRole("rowheader", { name: "Demo data" }) });
  await expect(rows.first()).toContainText("Data source");
  await rows.first().getByRole("link").click();
  await new RefreshPane(page).opened();
});

test("about shows what the program is and stands on, and says so when it cannot be loaded", async ({
  page,
  problems,
  signIn,
}) => {
  problems.expect(/system\/about|Failed to load resource/);
  const system = new SystemPage(page);
  await signIn("viewer");
  await system.goto("?tab=about");
  await expect(system.facts).toContainText(/Waybill version\s*\d+\.\d+\.\d+/);
  await expect(system.facts).toContainText(/Database\s*SQLite 3\./);
  await expect(system.facts).toContainText(/Time zone data\s*20\d\d[a-z]/);
  await expect(system.facts).toContainText("Snapshots");
  await expect(system.facts.getByRole("progressbar", { name: "Disk space used" })).toBeVisible();

  await system.goto();
  await system.hydrated();
  await page.route("**/api/ui/system/about", (route) => route.abort());
  await system.tabs.getByRole("link", { name: "About" }).click();
  await expect(page.getByText("This could not be loaded")).toBeVisible();
  await page.unroute("**/api/ui/system/about");
});

test("drawings can be used with the keyboard alone", async ({ page, signIn }) => {
  const system = new SystemPage(page);
  await signIn("viewer");
  await system.goto("?tab=pipeline");
  await system.hydrated();
  await system.tabs.getByRole("link", { name: "About" }).focus();
  await page.keyboard.press("Tab");
  await expect(page.locator(".behind > summary")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("table", { name: "What depends on what, as a table" })).toBeVisible();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(system.picture("Pipeline")).toBeFocused();
  await page.keyboard.press("Tab");
  const first = system.picture("Pipeline").getByRole("link").first();
  await expect(first).toBeFocused();
  await page.keyboard.press("Enter");
  await new TaskPane(page).opened();
  await page.keyboard.press("Escape");
  await expect(first).toBeFocused();
});

test("others than administrators neither pause nor stop anything", async ({ page, signIn }) => {
  const system = new SystemPage(page);
  for (const role of ["viewer", "contributor"] as const) {
    await signIn(role);
    await system.goto();
    await system.hydrated();
    await expect(system.command("Pause everything")).toHaveAttribute("aria-disabled", "true");
    for (const pane of ["pause", "cancel-task/01900000-0000-7000-8000-000000000000"]) {
      await system.goto(`?pane=${pane}`);
      await expect(system.pane()).toContainText("Only administrators can do this");
      await expect(system.pane().getByRole("button")).toHaveCount(0);
    }
  }
});

test.describe("in French", () => {
  test.use({ locale: "fr-FR" });

  test("the new tabs speak French, with its own typography", async ({ page, signIn }) => {
    const system = new SystemPage(page);
    await signIn("admin");
    await system.goto();
    for (const name of ["Dépendances", "Chronologie", "À propos"]) {
      await expect(system.tabs.getByRole("link", { name })).toBeVisible();
    }
    await expect(system.command("Tout suspendre")).toBeVisible();
    for (const query of [...tabs, "?pane=pause"]) {
      await system.goto(query);
      const text = await page.locator("body").innerText();
      expect(text, "no straight apostrophe between letters").not.toMatch(/\p{L}'\p{L}/u);
      expect(text, "no plain space before : ; ? !").not.toMatch(/ [:;?!]/);
    }
  });
});

test.describe("on a narrow screen", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test("drawings move inside the page, which stays 390 px wide", async ({ page, signIn }) => {
    const system = new SystemPage(page);
    await signIn("admin");
    for (const query of [...tabs, "?pane=pause"]) {
      await system.goto(query);
      await system.expectNoSidewaysScroll();
    }
    for (const tab of ["Pipeline", "Timeline"] as const) {
      await system.goto(`?tab=${tab.toLowerCase()}`);
      const hidden = await system.picture(tab).evaluate((picture) => picture.scrollWidth - picture.clientWidth);
      expect(hidden, "pixels of the drawing that scroll").toBeGreaterThan(0);
    }
  });
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("drawings are links and tables, and the hours are those of UTC", async ({ page, problems }) => {
    // The browser says so of a module that it may not load.
    problems.expect(/request failed: GET .*\/pkg\/.*: csp/);
    const system = new SystemPage(page);
    const signIn = new SignInPage(page);
    await signIn.goto();
    await signIn.signIn(people.viewer);
    await system.goto("?tab=timeline");
    await expect(page.getByText("Hours in UTC")).toBeVisible();
    await system.behind("Timeline");
    await system.picture("Timeline").getByRole("link", { name: /^Demo data: / }).last().focus();
    await page.keyboard.press("Enter");
    await new RefreshPane(page).opened();
    await system.goto("?tab=pipeline");
    await system.picture("Pipeline").getByRole("link", { name: "Demo data" }).click();
    await new TaskPane(page).opened();
  });
});
