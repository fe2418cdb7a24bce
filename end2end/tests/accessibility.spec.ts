import { expectAccessible } from "../fixtures/axe.ts";
import { expect, test } from "../fixtures/test.ts";
import { DataPage } from "../pages/data.ts";
import { ExportPane } from "../pages/export-pane.ts";
import { ExportsPage } from "../pages/exports.ts";
import { FollowPane, GroupPane, NoticesPage } from "../pages/notices.ts";
import { RunPane } from "../pages/run-pane.ts";
import { SegmentPane, SegmentsPage } from "../pages/segments.ts";
import { Pause, RefreshPane, SystemPage, SystemSchedulePane, TaskPane } from "../pages/system.ts";

const pages = [
  "/data/exports",
  "/data/segments",
  "/data/tables",
  "/data/sources",
  "/notices",
  "/notices?tab=following",
  "/notices?tab=groups",
  "/administration/connections",
  "/administration/system",
  "/administration/system?tab=schedule",
  "/administration/system?tab=upcoming",
  "/administration/system?tab=pipeline",
  "/administration/system?tab=timeline",
  "/administration/system?tab=about",
];

test("the sign-in page has no violation", async ({ page }) => {
  await page.goto("/");
  await expectAccessible(page);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`no page has a violation in ${colorScheme}`, async ({ page, signIn }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await signIn("admin");
    for (const path of pages) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expectAccessible(page);
    }
  });

  test(`no pane has a violation in ${colorScheme}`, async ({ page, signIn }) => {
    const exports = new ExportsPage(page);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await signIn("admin");
    await exports.goto();
    await exports.hydrated();
    const [first] = await exports.names();

    await exports.command("Add export").click();
    const setUp = await new ExportPane(page, "Set up export").opened();
    await expectAccessible(page);
    await setUp.close.click();

    await exports.select(first!);
    await exports.command("Edit").click();
    const edit = await new ExportPane(page, /^Edit export/).opened();
    await expectAccessible(page);
    await edit.close.click();

    await exports.command("Remove").click();
    await expect(page.getByRole("alertdialog")).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press("Escape");

    await exports.command("Run").click();
    await new RunPane(page).opened();
    await expectAccessible(page);

    const data = new DataPage(page);
    await data.gotoTables();
    await data.hydrated();
    await data.open("customers");
    await expectAccessible(page);

    const segments = new SegmentsPage(page);
    await segments.goto("?pane=new");
    const segment = await new SegmentPane(page).opened();
    await segment.chooseTable("customers");
    await segment.condition(1, "country", "is_one_of");
    await segment.add("group").click();
    await segment.condition(2, "birth_date", "between");
    await expectAccessible(page);
    await segment.kind("SQL").check();
    await segment.statement.fill("SELECT country, COUNT(*) AS customers FROM customers GROUP BY country");
    await expect(segment.count).toContainText("2 rows");
    await expectAccessible(page);
    page.once("dialog", (question) => question.accept());
    await segment.close.click();
    await expect(segment.dialog).toBeHidden();

    const system = new SystemPage(page);
    await system.goto("?tab=schedule");
    await system.hydrated();
    await system.command("Edit schedule").click();
    const schedule = await new SystemSchedulePane(page).opened();
    await schedule.recurrence("Weekly").check();
    await expect(schedule.day("Monday")).toBeVisible();
    await expectAccessible(page);
    page.once("dialog", (question) => question.accept());
    await schedule.close.click();
    await expect(schedule.dialog).toBeHidden();

    await system.goto();
    await system.hydrated();
    await system.command("Refresh all").click();
    await expect(system.refreshAll()).toBeVisible();
    await expectAccessible(page);
    await system.refreshAll().getByRole("button", { name: "Refresh all" }).click();
    const progress = await new RefreshPane(page).opened();
    await progress.ends("Successful");
    await expectAccessible(page);
    await progress.task("Demo data").getByRole("link").click();
    await new TaskPane(page).opened();
    await expectAccessible(page);

    await system.goto();
    await system.hydrated();
    await system.command("Pause everything").click();
    const pause = await new Pause(page).opened();
    await pause.pause.click();
    await expect(pause.dialog.getByRole("alert")).toBeVisible();
    await expectAccessible(page);
    await system.goto("?pane=cancel-task/01900000-0000-7000-8000-000000000000");
    await expect(page.getByRole("alertdialog", { name: "Cancel this job?" })).toBeVisible();
    await expectAccessible(page);
  });
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`no pane of the notices has a violation in ${colorScheme}`, async ({ page, signIn }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const notices = new NoticesPage(page);
    await signIn("admin");
    await notices.goto("?tab=following&pane=follow/everything");
    await new FollowPane(page).opened();
    await expectAccessible(page);
    await notices.goto("?tab=groups&pane=new");
    await notices.hydrated();
    const group = await new GroupPane(page).opened();
    await group.follows("Chosen exports").check();
    await group.save.click();
    await expect(group.problems).toBeVisible();
    await expectAccessible(page);
  });
}

test("the page can be used with the keyboard alone", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto();
  await exports.hydrated();
  await page.keyboard.press("Tab");
  await expect(page.locator(":focus")).toHaveAttribute("href", /^#/);

  const add = exports.command("Add export");
  await add.focus();
  await page.keyboard.press("ArrowRight");
  await expect(add).not.toBeFocused();
  await page.keyboard.press("Home");
  await expect(add).toBeFocused();
  await page.keyboard.press("Enter");
  const pane = await new ExportPane(page, "Set up export").opened();
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press("Tab");
    const outside = await page.evaluate(() => {
      const { activeElement } = document;
      return activeElement !== document.body && activeElement?.closest("dialog") === null;
    });
    expect(outside, "focus stays in the pane").toBe(false);
  }
  await page.keyboard.press("Escape");
  await expect(pane.dialog).toBeHidden();
  await expect(add).toBeFocused();
});
