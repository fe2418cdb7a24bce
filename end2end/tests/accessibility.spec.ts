import type { Page } from "@playwright/test";

import { expectAccessible, expectLegible } from "../fixtures/axe.ts";
import { inEachLanguage } from "../fixtures/matrix.ts";
import { about, groups, open } from "../fixtures/places.ts";
import { expect, test } from "../fixtures/test.ts";
import type { Language } from "../fixtures/words.ts";
import { ExportPane } from "../pages/export-pane.ts";
import { ExportsPage } from "../pages/exports.ts";
import { GroupPane, NoticesPage } from "../pages/notices.ts";
import { SegmentPane, SegmentsPage } from "../pages/segments.ts";
import { Pause, RefreshPane, SystemPage, SystemSchedulePane, TaskPane } from "../pages/system.ts";

const desk = { width: 1280, height: 800 };
const telephone = { width: 390, height: 844 };

async function look(page: Page, colorScheme: "light" | "dark", size: typeof desk): Promise<void> {
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme });
}

/** Light and dark, as wide as a desk and as narrow as a telephone, in both languages. What neither colours nor width change
 * is looked at once in each language, at the two ends. */
async function expectAccessibleInEveryLook(page: Page, language: Language = "en"): Promise<void> {
  if (language === "fr") {
    await look(page, "light", desk);
    await expectLegible(page);
    await look(page, "dark", telephone);
    return expectAccessible(page);
  }
  await look(page, "light", desk);
  await expectAccessible(page);
  for (const [colours, size] of [["dark", telephone], ["light", telephone], ["dark", desk]] as const) {
    await look(page, colours, size);
    await expectLegible(page);
  }
}

test.describe("no violation, light and dark, 1280 and 390 px wide", () => {
  // Groups are spread over both workers.
  test.describe.configure({ mode: "parallel" });

  inEachLanguage(({ language, words }) => {
    test("signing in", async ({ page }) => {
      await page.emulateMedia({ reducedMotion: "reduce" });
      await page.goto("/");
      await expectAccessibleInEveryLook(page, language);
    });

    for (const [group, places] of Object.entries(groups)) {
      test(group, async ({ page, problems, server, signIn }) => {
        // Some dozens of places in four looks: minutes on a busy machine.
        test.setTimeout(300_000);
        problems.expect(/answer 404.*nowhere|404 \(Not Found\)/);
        await page.emulateMedia({ reducedMotion: "reduce" });
        await signIn("admin");
        for (const place of places(await about(server, page))) {
          await page.setViewportSize(desk);
          await open(page, place, words);
          await expectAccessibleInEveryLook(page, language);
        }
      });
    }
  });
});

test("forms that are filled in, or filled in wrongly, have no violation", async ({ page, problems, signIn }) => {
  problems.expect(/\b422\b/);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await signIn("admin");
  const exports = new ExportsPage(page);
  await exports.goto("?pane=new");
  await exports.hydrated();
  const pane = await new ExportPane(page, "Set up export").opened();
  await pane.save.click();
  await expect(pane.name).toHaveAttribute("aria-invalid", "true");
  await expectAccessibleInEveryLook(page);

  const segments = new SegmentsPage(page);
  await segments.goto("?pane=new");
  const segment = await new SegmentPane(page).opened();
  await segment.chooseTable("customers");
  await segment.condition(1, "country", "is_one_of");
  await segment.add("group").click();
  await segment.condition(2, "birth_date", "between");
  await expectAccessibleInEveryLook(page);
  await page.setViewportSize(desk);
  await segment.kind("SQL").check();
  await segment.statement.fill("SELECT country, COUNT(*) AS customers FROM customers GROUP BY country");
  await expect(segment.count).toContainText("2 rows");
  await expectAccessibleInEveryLook(page);
});

test("what comes of commands on the system and of notices has no violation", async ({ page, problems, signIn }) => {
  problems.expect(/\b422\b/);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await signIn("admin");
  const system = new SystemPage(page);
  await system.goto("?tab=schedule&pane=schedule");
  await system.hydrated();
  const schedule = await new SystemSchedulePane(page).opened();
  await schedule.recurrence("Weekly").check();
  await expect(schedule.day("Monday")).toBeVisible();
  await expectAccessibleInEveryLook(page);

  await page.setViewportSize(desk);
  await system.goto("?pane=refresh-all");
  await system.hydrated();
  await system.refreshAll().getByRole("button", { name: "Refresh all" }).click();
  const progress = await new RefreshPane(page).opened();
  await progress.ends("Successful");
  await expectAccessibleInEveryLook(page);
  await page.setViewportSize(desk);
  await progress.task("Demo data").getByRole("link").click();
  await new TaskPane(page).opened();
  await expectAccessible(page);

  await system.goto("?pane=pause");
  await system.hydrated();
  const pause = await new Pause(page).opened();
  await pause.pause.click();
  await expect(pause.dialog.getByRole("alert")).toBeVisible();
  await expectAccessible(page);
  await system.goto("?pane=cancel-task/01900000-0000-7000-8000-000000000000");
  await system.hydrated();
  await expect(page.getByRole("alertdialog", { name: "Cancel this job?" })).toBeVisible();
  await expectAccessible(page);

  const notices = new NoticesPage(page);
  await notices.goto("?tab=groups&pane=new");
  await notices.hydrated();
  const group = await new GroupPane(page).opened();
  await group.follows("Chosen exports").check();
  await group.save.click();
  await expect(group.problems).toBeVisible();
  await expectAccessibleInEveryLook(page);
});

test.describe("on a telephone, with *More* open", () => {
  test.use({ viewport: telephone, hasTouch: true, isMobile: true });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`commands are large enough, and have no violation, in ${colorScheme}`, async ({ page, signIn }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const exports = new ExportsPage(page);
      await signIn("admin");
      await exports.goto();
      await exports.hydrated();
      await exports.row("Orders archive").getByRole("checkbox").tap();
      await exports.more.tap();
      await expect(exports.command("Remove")).toBeVisible();
      const heights = await exports.commands
        .locator(".btn:visible")
        .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
      expect(heights.length).toBeGreaterThan(10);
      expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
      await expectAccessible(page);
    });
  }
});

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

for (const colorScheme of ["light", "dark"] as const) {
  test(`every stop of the Tab key shows that it has the focus, in ${colorScheme}`, async ({ page, signIn }) => {
    const exports = new ExportsPage(page);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await signIn("admin");
    await exports.goto("?limit=25&q=Orders");
    await exports.hydrated();
    const unmarked: string[] = [];
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press("Tab");
      const seen = await page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return null;
        const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
        const ring = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && !/^rgba\(.*, 0\)$/.test(outlineColor);
        return ring ? "" : element.outerHTML.slice(0, 120);
      });
      if (seen === null) break;
      if (seen) unmarked.push(seen);
    }
    expect(unmarked).toEqual([]);
  });
}
