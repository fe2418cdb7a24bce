import { Furniture } from "../fixtures/furniture.ts";
import { expect, test } from "../fixtures/test.ts";
import { columns, ExportsPage } from "../pages/exports.ts";

test.beforeEach(async ({ signIn }) => signIn("admin"));

test("the table has its columns in their order, a caption, and a header per row", async ({ page }) => {
  const exports = new ExportsPage(page);
  await exports.goto();
  const headers = (await exports.table.getByRole("columnheader").allInnerTexts()).map((text) => text.trim());
  expect(headers.filter((text) => columns.includes(text))).toEqual(columns);
  await expect(exports.table).toHaveAccessibleName(/exports/i);
  expect((await exports.names()).length).toBeGreaterThan(0);
});

test("search is in the address, survives a reload and finds names without their accents", async ({ page }) => {
  const exports = new ExportsPage(page);
  await exports.goto();
  await exports.hydrated();
  const [first] = await exports.names();
  const word = first!.split(" ")[0]!;
  await exports.search.fill(word.toUpperCase());
  await exports.search.press("Enter");
  await expect(page).toHaveURL(/[?&]q=/);
  await expect(exports.row(first!)).toBeVisible();
  await page.reload();
  await expect(exports.search).toHaveValue(word.toUpperCase());
  await expect(exports.row(first!)).toBeVisible();
});

test("a search without a match says so and offers to clear it", async ({ page }) => {
  const exports = new ExportsPage(page);
  await exports.goto("?q=zzzz-no-such-export");
  await expect(page.getByText("Nothing matches")).toBeVisible();
  await page.getByRole("link", { name: "Clear all" }).first().click();
  await expect(exports.table.getByRole("rowheader").first()).toBeVisible();
});

test("each column sorts both ways, and one header says so", async ({ page }) => {
  const exports = new ExportsPage(page);
  await exports.goto();
  await exports.hydrated();
  for (const column of columns) {
    const header = exports.header(column);
    // By name, ascending, is how the list comes.
    const turns = column === "Display name" ? ["descending", "ascending"] : ["ascending", "descending"];
    for (const turn of turns) {
      await header.getByRole("link").click();
      await expect(header).toHaveAttribute("aria-sort", turn);
      await expect(exports.table.locator("[aria-sort]")).toHaveCount(1);
    }
  }
});

test("what an address cannot mean falls back to the plain list", async ({ page }) => {
  const exports = new ExportsPage(page);
  await exports.goto("?sort=nonsense&cursor=%00%ff&limit=9999999&status=purple&pane=what/ever");
  await expect(exports.table.getByRole("rowheader").first()).toBeVisible();
});

test("a pane has an address of its own and closes with Escape to where it was opened", async ({ page }) => {
  const exports = new ExportsPage(page);
  await exports.goto();
  await exports.hydrated();
  const [first] = await exports.names();
  const link = exports.link(first!);
  await link.focus();
  await page.keyboard.press("Enter");
  await expect(exports.pane()).toBeVisible();
  const address = page.url();
  await page.keyboard.press("Escape");
  await expect(exports.pane()).toBeHidden();
  await expect(link).toBeFocused();
  await page.goto(address);
  await expect(exports.pane()).toBeVisible();
});

test("every icon that a page uses is in the sprite", async ({ page }) => {
  const exports = new ExportsPage(page);
  const sprite = await (await page.request.get("/icons.svg")).text();
  for (const path of ["/data/exports", "/data/exports?pane=new", "/data/runs", "/data/tables", "/data/sources", "/administration/connections"]) {
    await page.goto(path);
    await expect(exports.heading).toBeVisible();
    const used = await page.locator("svg use").evaluateAll((all) => all.map((use) => use.getAttribute("href") ?? ""));
    expect(used.length).toBeGreaterThan(0);
    for (const href of new Set(used)) expect(sprite, href).toContain(`id="${href.replace("/icons.svg#", "")}"`);
  }
});

test("a name is shown letter by letter, whatever it looks like", async ({ page, server }) => {
  const name = 'Zeta <b title="no">bold</b> & "quoted"';
  const furniture = await Furniture.of(server);
  if (!(await furniture.names("Zeta")).includes(name)) await furniture.export(name);
  const exports = new ExportsPage(page);
  await exports.goto("?q=Zeta");
  await exports.hydrated();
  await expect(exports.table.getByRole("rowheader")).toHaveText([name]);
  await expect(exports.table.locator("tbody b")).toHaveCount(0);
});
