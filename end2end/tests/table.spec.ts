import { expect, test } from "../fixtures/test.ts";
import { Furniture } from "../fixtures/furniture.ts";
import { inEachLanguage } from "../fixtures/matrix.ts";
import { ExportsPage } from "../pages/exports.ts";

const prefix = "Tabled";
const names = Array.from({ length: 30 }, (_, place) => `${prefix} ${String(place + 1).padStart(2, "0")}`);
/** As long as a name may be, without a place to break, with letters of another direction and a picture. */
const long = `${prefix}${"x".repeat(90)}שלום🎁`;

test.beforeEach(async ({ server, signIn }) => {
  const furniture = await Furniture.of(server);
  const known = await furniture.names(prefix);
  await furniture.exports([...names, long].filter((name) => !known.includes(name)));
  await signIn("admin");
});

const open = async (page: import("@playwright/test").Page, query = `?q=${prefix}`) => {
  const exports = new ExportsPage(page);
  await exports.goto(query);
  await exports.hydrated();
  return exports;
};

test("Enter and the space bar sort by a head, and heads that do not sort take no focus", async ({ page }) => {
  const exports = await open(page);
  const header = exports.header("Status");
  await header.getByRole("link").focus();
  await page.keyboard.press("Enter");
  await expect(header).toHaveAttribute("aria-sort", "ascending");
  await header.getByRole("link").focus();
  await page.keyboard.press("Space");
  await expect(header).toHaveAttribute("aria-sort", "descending");
  await expect(exports.header("Last 30 runs").locator("a, button, [tabindex]")).toHaveCount(0);
});

test("the arrow of a head shows where the list is sorted, and elsewhere while it is pointed at or has the focus", async ({
  page,
}) => {
  const exports = await open(page);
  const shown = (name: string) =>
    exports
      .header(name)
      .locator("svg")
      .evaluate((arrow) => Number(getComputedStyle(arrow).opacity));
  expect(await shown("Display name")).toBe(1);
  expect(await shown("Type")).toBe(0);
  await exports.header("Type").hover();
  await exports.header("Type").getByRole("link").hover();
  expect(await shown("Type")).toBeGreaterThan(0);
  await page.mouse.move(0, 0);
  await exports.header("Display name").getByRole("link").focus();
  await page.keyboard.press("Tab");
  expect(await shown("Type")).toBeGreaterThan(0);
});

inEachLanguage(({ words }) => {
  test("the commands of a row's menu name the row", async ({ page }) => {
    const exports = await open(page);
    const name = names[0]!;
    await exports.row(name).getByRole("link", { name: words.commandsFor(name) }).click();
    for (const item of await page.getByRole("menuitem").all()) {
      await expect(item).toHaveAccessibleName(new RegExp(`: ${name}`));
    }
  });
});

test("a name opens a pane, and with Ctrl or the middle button a tab of its own", async ({ page, context }) => {
  const exports = await open(page);
  for (const how of [{ modifiers: ["ControlOrMeta" as const] }, { button: "middle" as const }]) {
    const tab = context.waitForEvent("page");
    await exports.link(names[0]!).click(how);
    const opened = await tab;
    await opened.waitForURL(/[?&]pane=edit/);
    await opened.close();
  }
  await expect(exports.pane()).toHaveCount(0);
  await exports.link(names[0]!).click();
  await expect(exports.pane()).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`q=${prefix}&pane=edit`));
});

for (const size of [
  { width: 1280, height: 800 },
  { width: 390, height: 600 },
  { width: 320, height: 480 },
]) {
  test(`at ${size.width} px the heads stay in sight, and cover no row that has the focus`, async ({ page }) => {
    await page.setViewportSize(size);
    const exports = await open(page);
    const frame = page.locator(".table-frame").first();
    await frame.evaluate((element) => element.scrollIntoView());
    await frame.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    const top = async () => (await frame.boundingBox())!.y;
    const head = async () => (await exports.header("Display name").boundingBox())!;
    expect(Math.abs((await head()).y - (await top()))).toBeLessThanOrEqual(2);
    // Back by keyboard: each row that takes the focus stands below the heads.
    await exports.link(names.at(-1)!).focus();
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press("Shift+Tab");
    }
    const box = await page.evaluate(() => document.activeElement!.getBoundingClientRect().top);
    const { y, height } = await head();
    expect(box).toBeGreaterThanOrEqual(y + height - 1);
  });
}

test("a long name without a place to break widens neither the page nor its column, and is there whole", async ({ page }) => {
  const exports = await open(page, `?q=${encodeURIComponent(long)}`);
  await expect(exports.row(long)).toBeVisible();
  const cell = await exports.row(long).getByRole("rowheader").boundingBox();
  expect(cell!.width).toBeLessThanOrEqual(22 * 16 + 1);
  await exports.expectNoSidewaysScroll();
  expect(await exports.link(long).innerText()).toBe(long);
});

test("on a narrow window a type stays on its line, and what is said in place of rows is in sight", async ({ page }) => {
  await page.setViewportSize({ width: 640, height: 800 });
  const exports = await open(page);
  const type = exports.row(names[0]!).getByRole("cell", { name: "Local folder" });
  await expect(type).toHaveCSS("white-space", "nowrap");
  await exports.goto("?q=nothing-is-called-so");
  const frame = (await page.locator(".table-frame").first().boundingBox())!;
  const said = (await page.locator(".table-message .empty").boundingBox())!;
  expect(Math.abs(said.x + said.width / 2 - (frame.x + frame.width / 2))).toBeLessThan(3);
  expect(said.width).toBeLessThanOrEqual(frame.width);
});

test("opening a pane from a row leaves the list where it was scrolled to", async ({ page }) => {
  await page.setViewportSize({ width: 900, height: 500 });
  const exports = await open(page);
  await exports.link(names.at(-1)!).scrollIntoViewIfNeeded();
  const scrolled = () => page.evaluate(() => [scrollY, document.querySelector(".table-frame")!.scrollTop]);
  const before = await scrolled();
  await exports.link(names.at(-1)!).click();
  await expect(exports.pane()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(exports.pane()).toBeHidden();
  expect(await scrolled()).toEqual(before);
});
