import { delivered } from "../fixtures/delivered.ts";
import { Ledgers } from "../fixtures/ledgers.ts";
import { expect, people, test } from "../fixtures/test.ts";
import { LeaveQuestion } from "../pages/leave-question.ts";
import { SignInPage } from "../pages/sign-in.ts";
import { RefreshPane, SystemPage, SystemSchedulePane } from "../pages/system.ts";

test.describe.configure({ mode: "serial" });

const tabs = ["", "?tab=schedule", "?tab=upcoming"];

test("an administrator switches the system refresh on, weekly, with two times", async ({ page, signIn }) => {
  const system = new SystemPage(page);
  await signIn("admin");
  await system.goto("?tab=schedule");
  await system.hydrated();
  await system.command("Edit schedule").click();
  const pane = await new SystemSchedulePane(page).opened();
  await expect(page).toHaveURL(/tab=schedule&pane=schedule/);

  await pane.enabled.uncheck();
  await expect(pane.sentence).toContainText("Off");
  await expect(pane.starts).toHaveCount(0);
  await pane.enabled.check();
  await pane.recurrence("Weekly").check();
  await expect(pane.sentence).toContainText("not complete");
  await pane.day("Monday").check();
  await pane.day("Thursday").check();
  await pane.times.first().fill("18:00");
  await pane.addTime.click();
  await pane.times.nth(1).fill("06:30");
  await pane.chooseZone("America/New_York");
  await expect(pane.sentence).toContainText(/Monday.*Thursday.*06:30.*18:00.*America\/New_York/);
  // The starts come from the server, a moment after the sentence.
  await expect(pane.starts).toHaveText(Array<RegExp>(5).fill(/06:30|18:00/));
  await pane.save.click();
  await expect(pane.dialog).toBeHidden();

  await expect(system.facts).toContainText("On");
  await expect(system.facts).toContainText(/Monday.*Thursday.*06:30.*18:00.*America\/New_York/);
  const saved = page.getByRole("table", { name: "Next starts" }).getByRole("row");
  await expect(saved).toHaveCount(6);
  // The reader of this test sits in Paris, mostly six hours ahead, five in March and in autumn.
  await expect(saved.nth(1)).toContainText(/(06:30.*1[12]:30)|(18:00.*(23|00):00)/s);
});

test("a time that is taken away is gone, and the days stay when the recurrence comes back", async ({ page, signIn }) => {
  const system = new SystemPage(page);
  await signIn("admin");
  await system.goto("?tab=schedule&pane=schedule");
  await system.hydrated();
  const pane = await new SystemSchedulePane(page).opened();
  await expect(pane.times).toHaveCount(2);
  await pane.dialog.getByRole("button", { name: "Remove time 1" }).click();
  await expect(pane.times).toHaveCount(1);
  await expect(pane.times).toHaveValue("18:00");
  await expect(pane.times).toBeFocused();
  await pane.recurrence("Daily").check();
  await expect(pane.day("Monday")).toHaveCount(0);
  await pane.recurrence("Weekly").check();
  await expect(pane.day("Monday")).toBeChecked();

  await pane.close.click();
  await new LeaveQuestion(page).leave.click();
  await expect(pane.dialog).toBeHidden();
});

test("a schedule without days is refused at the days", async ({ page, signIn }) => {
  const system = new SystemPage(page);
  await signIn("admin");
  await system.goto("?tab=schedule&pane=schedule");
  await system.hydrated();
  const pane = await new SystemSchedulePane(page).opened();
  await pane.day("Monday").uncheck();
  await pane.day("Thursday").uncheck();
  await pane.save.click();
  await expect(pane.dialog.getByRole("alert")).toContainText("Choose at least one day");
  await expect(pane.day("Monday")).toBeFocused();

  // From then on the focus is the reader's: what is typed elsewhere does not send it back.
  const time = pane.times.first();
  await time.fill("07:15");
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  await expect(time).toBeFocused();
});

test("who saves over a newer schedule is asked, and can start over from it", async ({ page, problems, signIn }) => {
  problems.expect(/\b412\b/);
  const system = new SystemPage(page);
  await signIn("admin");
  await system.goto("?tab=schedule&pane=schedule");
  await system.hydrated();
  const pane = await new SystemSchedulePane(page).opened();
  await expect(pane.times).toHaveCount(2);
  const { version } = await system.call<{ version: number }>("system/schedule");
  const schedule = { recurrence: "daily", times: ["03:00"], time_zone: "Europe/Paris" };
  await system.call("system/schedule/update", { version, draft: { enabled: true, schedule } });

  await pane.times.first().fill("09:00");
  await pane.save.click();
  await expect(pane.dialog).toContainText("Somebody saved this schedule meanwhile");
  await pane.dialog.getByRole("button", { name: "Load their version" }).click();
  await expect(pane.times).toHaveCount(1);
  await expect(pane.times).toHaveValue("03:00");
  await expect(pane.recurrence("Daily")).toBeChecked();
  await pane.times.fill("04:00");
  await pane.save.click();
  await expect(pane.dialog).toBeHidden();
  await expect(system.facts).toContainText(/04:00.*Europe\/Paris/);
});

test("what starts within the next day is listed with both clocks", async ({ page, signIn }) => {
  const system = new SystemPage(page);
  await signIn("viewer");
  await system.goto("?tab=upcoming");
  await system.hydrated();
  const row = page
    .getByRole("table", { name: "Starts of the next 24 hours" })
    .getByRole("row")
    .filter({ has: page.getByRole("rowheader", { name: "System refresh" }) });
  await expect(row).toContainText(/04:00.*Europe\/Paris.*04:00 \(UTC\+[12]\)/s);
  await row.getByRole("link").click();
  await expect(page).toHaveURL(/tab=schedule/);
});

test("what could not be loaded comes with another try, and an address of no pane says so", async ({
  page,
  problems,
  signIn,
}) => {
  problems.expect(/system\/about|Failed to load resource/);
  const system = new SystemPage(page);
  await signIn("viewer");
  await system.goto();
  await system.hydrated();
  await page.route("**/api/ui/system/about", (route) => route.abort());
  await system.tabs.getByRole("link", { name: "About" }).click();
  await expect(page.getByText("This could not be loaded")).toBeVisible();
  await page.unroute("**/api/ui/system/about");
  await page.getByRole("link", { name: "Try again" }).click();
  await expect(system.facts).toContainText("Waybill version");

  await system.goto("?pane=task/nothing");
  await expect(system.pane("This pane could not be loaded")).toContainText("This does not exist");
});

test.describe("in French", () => {
  test.use({ locale: "fr-FR" });

  test("the system refresh is switched on weekly, with two times, in French", async ({ page, signIn }) => {
    const system = new SystemPage(page);
    await signIn("admin");
    await system.goto("?tab=schedule");
    await system.hydrated();
    await expect(system.heading).toHaveText("Système");
    await system.command("Modifier la planification").click();
    const pane = await new SystemSchedulePane(page).opened();
    await pane.recurrence("Hebdomadaire").check();
    await pane.day("lundi").check();
    await pane.day("jeudi").check();
    await pane.times.first().fill("06:30");
    await pane.addTime.click();
    await pane.times.nth(1).fill("18:00");
    await expect(pane.sentence).toContainText(/lundi.*jeudi.*06:30.*18:00.*Europe\/Paris/);
    await expect(pane.starts).toHaveCount(5);
    await pane.save.click();
    await expect(pane.dialog).toBeHidden();
    await expect(system.facts).toContainText("Activée");
    await expect(system.facts).toContainText(/lundi.*jeudi.*06:30.*18:00.*Europe\/Paris/);
    for (const query of tabs) {
      await system.goto(query);
      const text = await page.locator("body").innerText();
      expect(text, "no straight apostrophe between letters").not.toMatch(/\p{L}'\p{L}/u);
      expect(text, "no plain space before : ; ? !").not.toMatch(/ [:;?!]/);
    }
  });
});

test("refreshing all renews data and delivers nothing", async ({ page, server, signIn }) => {
  const system = new SystemPage(page);
  const before = await delivered(server.data, "manifest.json");
  await signIn("admin");
  await system.goto();
  await system.hydrated();
  await system.command("Refresh all").click();
  await expect(system.refreshAll().getByRole("checkbox", { name: /then run/ })).not.toBeChecked();
  await expect(system.refreshAll().getByRole("link", { name: "Cancel" })).toBeFocused();
  await system.refreshAll().getByRole("button", { name: "Refresh all" }).click();

  const progress = await new RefreshPane(page).opened();
  await expect(page).toHaveURL(/[?&]pane=refresh\//);
  await progress.ends("Successful");
  await expect(progress.facts).toContainText("1 of 1 task");
  await expect(progress.tasks.getByRole("rowheader", { name: "Demo data" })).toBeVisible();
  await expect(progress.runs).toContainText("No export waits for this refresh.");
  await expect(progress.cancel).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(progress.dialog).toBeHidden();
  expect(await delivered(server.data, "manifest.json")).toHaveLength(before.length);

  const source = system.group("Data sources").getByRole("row").filter({ hasText: "Demo data" });
  await expect(source).toContainText("Successful");
  await system.group("Last refreshes").getByRole("rowheader").first().getByRole("link").click();
  await expect(progress.dialog).toBeVisible();
});

test("refreshing all runs the exports that follow if that is ticked", async ({ page, server, signIn }) => {
  const system = new SystemPage(page);
  const before = await delivered(server.data, "manifest.json");
  await signIn("admin");
  await system.goto();
  await system.hydrated();
  await system.command("Refresh all").click();
  await system.refreshAll().getByRole("checkbox", { name: /then run the \d+ exports/ }).check();
  await system.refreshAll().getByRole("button", { name: "Refresh all" }).click();

  const progress = await new RefreshPane(page).opened();
  await progress.ends("Successful");
  const runs = progress.runs.locator("tbody tr");
  await expect
    .poll(
      async () => {
        const texts = await runs.allInnerTexts();
        return texts.length > 1 && texts.every((text) => text.includes("Successful"));
      },
      { timeout: 60_000 },
    )
    .toBe(true);
  expect((await delivered(server.data, "manifest.json")).length).toBeGreaterThan(before.length);
  await runs.first().getByRole("link").click();
  await expect(page.getByRole("dialog", { name: "Run details" })).toBeVisible();
});

test("a refresh is stopped after a question", async ({ page, server, signIn }) => {
  const system = new SystemPage(page);
  await signIn("admin");
  await system.goto();
  await system.hydrated();
  const ledgers = await Ledgers.make(system, server, 24);
  try {
    await system.command("Refresh all").click();
    await system.refreshAll().getByRole("button", { name: "Refresh all" }).click();
    const progress = await new RefreshPane(page).opened();
    await progress.cancel.click();
    const question = page.getByRole("alertdialog", { name: "Cancel this refresh?" });
    await expect(question.getByRole("link", { name: "Let it go on" })).toBeFocused();
    await question.getByRole("button", { name: "Cancel refresh" }).click();
    await progress.opened();
    await progress.ends("Canceled");
    await expect(progress.tasks.getByText("Canceled", { exact: true }).first()).toBeVisible();
    await expect(progress.cancel).toHaveCount(0);
  } finally {
    await ledgers.remove();
  }
});

test("others than administrators look and change nothing", async ({ page, signIn }) => {
  const system = new SystemPage(page);
  for (const role of ["viewer", "contributor"] as const) {
    await signIn(role);
    await system.goto();
    await system.hydrated();
    await expect(system.navigation.getByRole("link", { name: "System" })).toHaveAttribute("aria-current", "page");
    await expect(system.command("Refresh all")).toHaveAttribute("aria-disabled", "true");
    await expect(system.group("Exports").getByRole("rowheader").first()).toBeVisible();
    await system.tabs.getByRole("link", { name: "Schedule" }).click();
    await expect(system.facts).toContainText("Refresh schedule");
    await expect(system.command("Edit schedule")).toHaveAttribute("aria-disabled", "true");
    for (const pane of ["schedule", "refresh-all"]) {
      await system.goto(`?pane=${pane}`);
      await expect(system.pane()).toContainText("Only administrators can do this");
      await expect(system.pane().getByRole("button")).toHaveCount(0);
    }
  }
});

test.describe("on a narrow screen", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test("every tab and the form fit into 390 px", async ({ page, signIn }) => {
    const system = new SystemPage(page);
    await signIn("admin");
    for (const query of [...tabs, "?tab=schedule&pane=schedule"]) {
      await system.goto(query);
      await system.expectNoSidewaysScroll();
    }
  });
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("the tabs are links, and the last refresh can be read", async ({ page, problems }) => {
    // The browser says so of a module that it may not load.
    problems.expect(/request failed: GET .*\/pkg\/.*: csp/);
    const system = new SystemPage(page);
    const signIn = new SignInPage(page);
    await signIn.goto();
    await signIn.signIn(people.viewer);
    await system.goto();
    await system.group("Last refreshes").getByRole("rowheader").first().getByRole("link").click();
    await expect(new RefreshPane(page).tasks).toContainText("Demo data");
    await system.goto();
    await system.tabs.getByRole("link", { name: "Schedule" }).click();
    await expect(system.facts).toContainText("On");
    await system.tabs.getByRole("link", { name: "Upcoming" }).click();
    await expect(page.getByRole("table", { name: "Starts of the next 24 hours" })).toBeVisible();
  });
});
