import type { Page } from "@playwright/test";

import { Furniture } from "../fixtures/furniture.ts";
import { inEachLanguage } from "../fixtures/matrix.ts";
import { expect, test, type Role } from "../fixtures/test.ts";
import { command } from "../fixtures/words.ts";
import { ExportPane } from "../pages/export-pane.ts";
import { ExportsPage } from "../pages/exports.ts";

const pages = [
  "/data/exports",
  "/data/runs",
  "/data/segments",
  "/data/tables",
  "/data/sources",
  "/notices",
  "/administration/connections",
  "/administration/system",
  "/administration/audit",
  "/administration/people",
  "/account?tab=security",
  "/account?tab=tokens",
];

/** 320 px are a window of 1280 px at 400 % (WCAG 1.4.10). */
const widths = [320, 390, 768, 1280, 2560];

for (const width of widths) {
  test(`every page and its first pane fit into ${width} px`, async ({ page, signIn }) => {
    await page.setViewportSize({ width, height: width < 400 ? 640 : 900 });
    const exports = new ExportsPage(page);
    await signIn("admin");
    for (const path of [...pages, "/data/exports?pane=new", "/data/exports?pane=run-all", "/data/segments?pane=new"]) {
      await page.goto(path);
      await exports.hydrated();
      await exports.expectNoSidewaysScroll();
      await expectNothingCutOff(page);
    }
  });
}

test("panes of forms and of a run fit into 320 px, and scroll one way", async ({ page, server, signIn }) => {
  const furniture = await Furniture.of(server);
  const id = await furniture.export("Narrow");
  const run = await furniture.run(id);
  await page.setViewportSize({ width: 320, height: 640 });
  const exports = new ExportsPage(page);
  await signIn("admin");
  for (const path of [
    ...["new", `edit/${id}`, `view/${id}`, `schedule/${id}`].map((pane) => `/data/exports?pane=${pane}`),
    ...["new", "new/local_folder", "new/sftp", "new/s3", "new/webhook"].map(
      (pane) => `/administration/connections?pane=${pane}`,
    ),
    `/data/runs?pane=run/${run.id}`,
  ]) {
    await page.goto(path);
    await exports.hydrated();
    const body = exports.pane().locator(".pane-body");
    await expect(body.locator("input, select, dd, a").filter({ visible: true }).first()).toBeVisible();
    await expect.poll(async () => (await exports.pane().boundingBox())?.width, path).toBeLessThanOrEqual(320);
    expect(await body.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth), path).toBe(0);
    await exports.expectNoSidewaysScroll();
    await expectNothingCutOff(page);
  }
});

test("every page bears text twice as large", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  for (const path of [...pages, "/data/exports?pane=new"]) {
    await page.goto(path);
    await exports.hydrated();
    await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
    await exports.expectNoSidewaysScroll();
    await expectNothingCutOff(page);
  }
});

/** What is pressed is within the window from side to side, or in a part that scrolls. */
async function expectNothingCutOff(page: Page): Promise<void> {
  const cut = await page.evaluate(() => {
    const scope = document.querySelector("dialog[open]") ?? document.body;
    const scrolls = (element: Element | null): boolean =>
      element !== null && (/auto|scroll/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    return [...scope.querySelectorAll("a, button, input, select")]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.matches(".skip-link, .sr *"))
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 1 && (left < -1 || right > window.innerWidth + 1) && !scrolls(element);
      })
      .map((element) => element.outerHTML.slice(0, 120));
  });
  expect(cut, page.url()).toEqual([]);
}

test.describe("for fingers", () => {
  test.use({ viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true });

  test("a pane takes the whole width, and its buttons are large enough", async ({ page, signIn }) => {
    const exports = new ExportsPage(page);
    await signIn("admin");
    await exports.goto("?pane=new");
    await exports.hydrated();
    const pane = await new ExportPane(page, "Set up export").opened();
    // Whole but for the gutter that the page keeps for its scroll bar.
    await expect.poll(async () => (await pane.dialog.boundingBox())?.width).toBeGreaterThanOrEqual(320 - 15);
    expect((await pane.save.boundingBox())!.height).toBeGreaterThanOrEqual(44);
    await exports.expectNoSidewaysScroll();
  });

  test("what is pressed is at least 24 px in both directions, and commands 44", async ({ page, signIn }) => {
    const exports = new ExportsPage(page);
    await signIn("admin");
    await exports.goto();
    await exports.hydrated();
    const small = await page.evaluate(() => {
      const commands = ".commands .btn, .pager .btn";
      // A box is pressed by its label too, and a link in a line of text is as high as the line (WCAG 2.5.8).
      const pressed = document.querySelectorAll(".btn, .sort, .facet, .navigation-link, .check");
      return [...pressed]
        .filter((element) => element.checkVisibility())
        .filter((element) => {
          const { width, height } = element.getBoundingClientRect();
          const least = element.matches(commands) ? 44 : 24;
          return height < least - 0.5 || (element.matches(".btn") && width < 24);
        })
        .map((element) => element.outerHTML.slice(0, 120));
    });
    expect(small).toEqual([]);
  });

  test("rows are chosen by touch, and the commands on them can be reached", async ({ page, signIn }) => {
    const exports = new ExportsPage(page);
    await signIn("admin");
    await exports.goto();
    await exports.hydrated();
    const box = exports.row("Orders archive").getByRole("checkbox");
    await box.tap();
    await expect(box).toBeChecked();
    await expect(exports.commands.getByText("1 selected")).toBeVisible();
  });
});

inEachLanguage(({ words }) => {
  const onNothing = [words.addExport, words.runAll];
  const onRows = [
    words.edit,
    words.run,
    words.createDuplicate,
    words.scheduleCommand,
    words.detach,
    words.runs,
    words.history,
    words.remove,
  ];
  /** The list of an administrator, narrow from its beginning. */
  const opened = async (page: Page, signIn: (role: Role) => Promise<void>): Promise<ExportsPage> => {
    await page.setViewportSize({ width: 320, height: 640 });
    const exports = new ExportsPage(page);
    await signIn("admin");
    await exports.goto();
    await exports.hydrated();
    return exports;
  };

  test("however narrow the window, no command is lost, and the keyboard goes through them in their order", async ({
    page,
    signIn,
  }) => {
    const exports = await opened(page, signIn);
    const commands = exports.commands.locator(".btn:visible");
    const few = [...onNothing, words.more];
    await expect(commands).toHaveText(few.map(command));
    await exports.heading.focus();
    await page.keyboard.press("Tab");
    for (const place of few.keys()) {
      if (place > 0) await page.keyboard.press("ArrowRight");
      await expect(commands.nth(place)).toBeFocused();
    }
    await expect(exports.more).toBeFocused();

    await page.keyboard.press("Enter");
    const all = [...few, ...onRows];
    await expect(commands).toHaveText(all.map(command));
    for (let place = few.length; place < all.length; place += 1) {
      await page.keyboard.press("ArrowRight");
      await expect(commands.nth(place)).toBeFocused();
      await expect(commands.nth(place)).toBeInViewport();
    }
    await page.keyboard.press("ArrowRight");
    await expect(commands.first()).toBeFocused();
  });

  test("Esc puts the commands away that a narrow window has opened, and nothing else; a wider one has them in its bar", async ({
    page,
    signIn,
  }) => {
    const exports = await opened(page, signIn);
    const box = exports.row("Orders archive").getByRole("checkbox");
    await box.check();
    await exports.more.press("Enter");
    const edit = exports.command(command(words.edit));
    await expect(edit).toBeVisible();
    await page.keyboard.press("ArrowRight");
    await expect(edit).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(edit).toBeHidden();
    await expect(exports.more).toBeFocused();
    await expect(box).toBeChecked();

    await page.setViewportSize({ width: 1280, height: 800 });
    const commands = exports.commands.locator(".btn:visible");
    await expect(commands).toHaveText([...[...onNothing, ...onRows].map(command), new RegExp(words.selected(1))]);
    await expect(exports.commands.locator(".btn[tabindex='0']:visible")).toHaveCount(1);
    await exports.heading.focus();
    await page.keyboard.press("Tab");
    await expect(commands.and(page.locator(":focus"))).toHaveCount(1);
  });
});

test("on a telephone the navigation leads on", async ({ page, signIn }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const exports = new ExportsPage(page);
  await signIn("viewer");
  await exports.goto();
  await exports.hydrated();
  await exports.navigation.getByRole("link", { name: "Tables", exact: true }).click();
  await expect(page).toHaveURL(/\/data\/tables/);
  await expect(exports.heading).toHaveText("Tables");
});
