import type { Page } from "@playwright/test";

import { Furniture } from "../fixtures/furniture.ts";
import { expect, test } from "../fixtures/test.ts";
import { ExportsPage } from "../pages/exports.ts";

/** A sheet of A4, less its margins, in pixels. */
test.use({ viewport: { width: 718, height: 1047 } });

/** What paper shows for each time: its text, or what stands in its place. */
const printedTimes = (page: Page) =>
  page.locator("table time").evaluateAll((times) =>
    times.map((time) => {
      const { content } = getComputedStyle(time, "::after");
      return content === "none" ? time.textContent : content;
    }),
  );

test.describe.configure({ mode: "serial" });

test("a printed list has every row, exact times and its address, and nothing to press", async ({
  page,
  server,
  signIn,
}) => {
  const furniture = await Furniture.of(server);
  await furniture.run(await furniture.export("On paper"));
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto("?sort=-name");
  await exports.hydrated();
  const names = await exports.names();
  await page.emulateMedia({ media: "print" });
  for (const name of names) await expect(exports.row(name)).toBeVisible();
  const pressed = [exports.commands, exports.search, exports.navigation, page.getByRole("checkbox"), page.locator(".act")];
  for (const what of pressed) await expect(what.filter({ visible: true })).toHaveCount(0);
  const inFoot = page.locator(".list-foot").getByRole("link").filter({ visible: true });
  await expect(inFoot).toHaveCount(0);

  const times = await printedTimes(page);
  expect(times.length).toBeGreaterThan(0);
  for (const time of times) expect(time).toMatch(/\d{4}.*\d\d:\d\d.*UTC/);
  await expect(page.getByText(page.url())).toBeVisible();
  await exports.expectNoSidewaysScroll();
});

test("a list is printed in light colours, whatever the theme", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("viewer");
  await page.emulateMedia({ colorScheme: "dark", media: "print" });
  await exports.goto();
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe("light");
});

test("an open pane does not lie over the printed list", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto("?pane=new");
  await exports.hydrated();
  await expect(exports.pane()).toBeVisible();
  await page.emulateMedia({ media: "print" });
  await expect(page.locator("dialog")).toBeHidden();
  await expect(page.locator("table tbody th").first()).toBeVisible();
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).overflowY)).toBe("visible");
});

test("on the screen the printed address is not to be seen", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("viewer");
  await exports.goto();
  await exports.hydrated();
  await expect(page.locator(".printed-address")).toBeHidden();
});
