import type { Page } from "@playwright/test";

import { Furniture } from "../fixtures/furniture.ts";
import { expect, test } from "../fixtures/test.ts";
import { ExportFilters } from "../pages/export-filters.ts";
import { ExportsPage } from "../pages/exports.ts";

/** In milliseconds: a shorter wait is answered without a sign of waiting. */
const glance = 150;

type Watch = { seen: number | null; shifts: number };

/** From now on these answers wait until the returned function is called. */
async function hold(page: Page, answers: string): Promise<() => void> {
  let go = (): void => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route(answers, async (route) => {
    await held;
    await route.continue();
  });
  return go;
}

/** Watches from the next click on: after how many milliseconds what a selector names can be seen or, where `below` is
 * given, is drawn with less than this opacity; and how far anything is moved. */
async function watch(page: Page, selector: string, below?: number): Promise<void> {
  await page.evaluate(
    ([selector, below]) => {
      const watched: Watch = { seen: null, shifts: 0 };
      Object.assign(window, { watched });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[]) watched.shifts += entry.value;
      }).observe({ type: "layout-shift" });
      const clicked = () => {
        const start = performance.now();
        const look = () => {
          const element = document.querySelector(selector);
          const isThere = element?.checkVisibility({ opacityProperty: true, visibilityProperty: true }) ?? false;
          if (isThere && (below === null || Number(getComputedStyle(element!).opacity) < below)) {
            watched.seen = performance.now() - start;
          } else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      };
      document.addEventListener("click", clicked, { capture: true, once: true });
    },
    [selector, below ?? null] as const,
  );
}

const watched = (page: Page) => page.evaluate(() => (window as unknown as { watched: Watch }).watched);

/** After how many milliseconds what is watched was seen. */
async function seen(page: Page): Promise<number> {
  await expect.poll(async () => (await watched(page)).seen).not.toBeNull();
  return (await watched(page)).seen!;
}

for (const { name, path, answers, stays } of [
  // Commands and filters of the exports come with the first answer, above the table, where room was left for them; how
  // wide a column is depends on what is in it.
  { name: "Exports", path: "/data/exports", answers: "**/api/ui/exports/list", stays: false },
  { name: "Runs", path: "/data/runs", answers: "**/api/ui/runs/list", stays: true },
]) {
  test(`a list on its way is an outline after a moment, in the place of its rows: ${name}`, async ({
    page,
    server,
    signIn,
  }) => {
    const furniture = await Furniture.of(server);
    await furniture.run(await furniture.export(`On its way to ${name}`));
    const exports = new ExportsPage(page);
    await signIn("viewer");
    // What the page is made of is there: only its rows are waited for.
    await page.goto(path);
    await exports.hydrated();
    await exports.navigation.getByRole("link", { name: "Tables", exact: true }).click();
    await expect(exports.row("customers")).toBeVisible();
    const go = await hold(page, answers);
    await watch(page, ".skeleton-row .skeleton");
    await exports.navigation.getByRole("link", { name, exact: true }).click();
    const after = await seen(page);
    const row = exports.table.locator("tbody tr").first();
    const places = async () => {
      const { x, y, width } = (await row.boundingBox())!;
      return { head: await exports.table.locator("thead").boundingBox(), x, y, width };
    };
    const outline = await places();
    const { shifts } = await watched(page);
    go();
    await expect(exports.table.locator("tbody th").first()).toBeVisible();
    await expect(exports.table.locator(".skeleton-row")).toHaveCount(0);
    expect(after).toBeGreaterThanOrEqual(glance);
    expect(Math.abs((await places()).y - outline.y), "the rows come where the outline was").toBeLessThan(2);
    if (stays) {
      expect(await places()).toEqual(outline);
      expect((await watched(page)).shifts - shifts, "layout shift").toBe(0);
    }
  });
}

test("rows that are asked for anew are dimmed after a moment, and nothing moves when they come", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("viewer");
  await exports.goto();
  await exports.hydrated();
  const go = await hold(page, "**/api/ui/exports/list");
  await watch(page, "table[aria-busy=true] tbody", 1);
  const before = await exports.names();
  await new ExportFilters(page).rowsPerPage.getByRole("link", { name: "100" }).click();
  expect(await seen(page)).toBeGreaterThanOrEqual(glance);
  expect(await exports.names()).toEqual(before);
  const { shifts } = await watched(page);
  go();
  await expect(exports.table).not.toHaveAttribute("aria-busy");
  await expect(exports.table.locator("tbody").first()).toHaveCSS("opacity", "1");
  expect(await exports.names()).toEqual(before);
  expect((await watched(page)).shifts - shifts, "layout shift").toBe(0);
});
