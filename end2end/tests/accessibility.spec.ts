import { expectAccessible } from "../fixtures/axe.ts";
import { expect, test } from "../fixtures/test.ts";
import { DataPage } from "../pages/data.ts";
import { ExportPane } from "../pages/export-pane.ts";
import { ExportsPage } from "../pages/exports.ts";
import { RunPane } from "../pages/run-pane.ts";
import { RefreshPane, SystemPage, SystemSchedulePane } from "../pages/system.ts";

const pages = [
  "/data/exports",
  "/data/tables",
  "/data/sources",
  "/administration/connections",
  "/administration/system",
  "/administration/system?tab=schedule",
  "/administration/system?tab=upcoming",
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
