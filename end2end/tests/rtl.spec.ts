import { expectAccessible } from "../fixtures/axe.ts";
import { expect, test } from "../fixtures/test.ts";
import { ExportsPage } from "../pages/exports.ts";

// No language of Waybill is written from right to left: a development build shows its pages so when it is asked to.
const query = (more = "") => `?dir=rtl${more}`;

test("right to left, the page stands the other way round and fits", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto(query());
  await exports.hydrated();
  await expect(page.locator("html")).toHaveAttribute("dir", "rtl");
  const navigation = (await exports.navigation.boundingBox())!;
  const main = (await page.getByRole("main").boundingBox())!;
  expect(navigation.x, "the navigation is on the right").toBeGreaterThanOrEqual(main.x + main.width - 1);
  const name = (await exports.table.getByRole("rowheader").first().boundingBox())!;
  const last = (await exports.table.getByRole("row").nth(1).getByRole("cell").last().boundingBox())!;
  expect(last.x, "rows end on the left").toBeLessThan(name.x);
  await exports.expectNoSidewaysScroll();
  await expectAccessible(page);
});

test("right to left, a pane comes from the left", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  await page.emulateMedia({ reducedMotion: "reduce" });
  await exports.goto(query("&pane=new"));
  await exports.hydrated();
  const pane = (await exports.pane().boundingBox())!;
  expect(pane.x).toBeLessThan(20);
  expect(pane.x + pane.width, "it leaves the other side free").toBeLessThan(1280 - 20);
  await expectAccessible(page);
});

test("right to left, arrows point and move the other way", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto(query("&limit=1"));
  await exports.hydrated();
  const next = page.getByRole("link", { name: "Next page" }).locator("svg");
  expect(await next.evaluate((icon) => getComputedStyle(icon).transform)).toBe("matrix(-1, 0, 0, 1, 0, 0)");

  const commands = exports.commands.locator(".btn:visible");
  await commands.first().focus();
  await page.keyboard.press("ArrowLeft");
  await expect(commands.nth(1)).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(commands.first()).toBeFocused();
});

test("no style says left or right where it means start or end", async ({ page, signIn }) => {
  await signIn("viewer");
  await new ExportsPage(page).goto();
  const physical = await page.evaluate(() => {
    const found: string[] = [];
    const names = /(^|[\s;{])((margin|padding|border)-(left|right)|left|right|float)\s*:/;
    const walk = (rules: CSSRuleList) => {
      for (const rule of rules) {
        // As written: what the browser makes of `inset` and `margin` is in longhands of its own.
        if (rule instanceof CSSStyleRule && names.test(rule.style.cssText)) found.push(rule.cssText);
        if ("cssRules" in rule) walk((rule as CSSGroupingRule).cssRules);
      }
    };
    for (const sheet of document.styleSheets) walk(sheet.cssRules);
    return found;
  });
  expect(physical).toEqual([]);
});
