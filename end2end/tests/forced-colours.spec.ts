import type { Locator } from "@playwright/test";

import { expectAccessible } from "../fixtures/axe.ts";
import { expect, test } from "../fixtures/test.ts";
import { command, words } from "../fixtures/words.ts";
import { ExportsPage } from "../pages/exports.ts";

test.beforeEach(async ({ page, signIn }) => {
  await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
  await signIn("admin");
});

const width = (of: Locator, property: string) =>
  of.evaluate((element, property) => parseFloat(getComputedStyle(element).getPropertyValue(property)), property);

test("in the system's own colours, what lies over the page has a line around it", async ({ page }) => {
  const exports = new ExportsPage(page);
  await exports.goto("?pane=new");
  await exports.hydrated();
  expect(await width(exports.pane(), "border-inline-start-width")).toBeGreaterThanOrEqual(2);
  await exports.goto();
  await exports.hydrated();
  await exports.select("Orders archive");
  await exports.command(command(words.en.remove)).click();
  expect(await width(page.getByRole("alertdialog"), "border-top-width")).toBeGreaterThanOrEqual(2);
});

test("in the system's own colours, a chosen row, the current page and the focus are lines", async ({ page }) => {
  const exports = new ExportsPage(page);
  await exports.goto();
  await exports.hydrated();
  await exports.select("Orders archive");
  const first = exports.row("Orders archive").locator("td").first();
  expect(await width(first, "border-inline-start-width")).toBeGreaterThanOrEqual(4);
  const current = exports.navigation.locator("[aria-current]");
  const mark = await current.evaluate((link) => getComputedStyle(link, "::before").backgroundColor);
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(mark).not.toBe(ground);
  await exports.link("Orders archive").focus();
  await page.keyboard.press("Tab");
  const focused = page.locator(":focus-visible");
  expect(await width(focused, "outline-width")).toBeGreaterThanOrEqual(2);
});

test("in the system's own colours, the list has no violation", async ({ page }) => {
  const exports = new ExportsPage(page);
  await exports.goto();
  await exports.hydrated();
  await expectAccessible(page);
});
