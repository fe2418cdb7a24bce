import { Furniture } from "../fixtures/furniture.ts";
import { Rest } from "../fixtures/rest.ts";
import type { Server } from "../fixtures/server.ts";
import { expect, test } from "../fixtures/test.ts";
import { ExportFilters } from "../pages/export-filters.ts";
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

/** Exports that differ in every column that an administrator sees differ; those found by this word alone. */
const sorted = "Sorted";

async function differing(server: Server, rest: Rest): Promise<void> {
  if ((await (await Furniture.of(server)).names(sorted)).length > 0) return;
  const signing_secret = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
  const config = { url: "http://127.0.0.1:9/" };
  await rest.ask("POST", "connections", { name: "Hook", type: "webhook", config, secrets: { signing_secret }, consent: true });
  const furniture = await Furniture.of(server);
  const at = (time: string) => ({ recurrence: "daily", times: [time], time_zone: "Europe/Paris" });
  await furniture.export("Sorted date", { schedule: at("05:45") });
  await furniture.export("Sorted Cherry", { connection: "Hook", options: { format: "jsonl" } });
  await furniture.run(await furniture.export("Sorted elder", { connection: "Zebra folder" }));
  await furniture.run(await furniture.export("Sorted berry", { connection: "Zebra folder", schedule: at("07:15") }));
  await furniture.export("Sorted âpple", { enabled: false });
}

test("in both directions each column puts the rows into the order that the server has", async ({ page, server }) => {
  const rest = await Rest.asAdministrator(server);
  await differing(server, rest);
  const exports = new ExportsPage(page);
  const codes = ["name", "type", "status", "refreshed_at", "schedule", "connection", "permission"];
  for (const [place, column] of columns.entries()) {
    const order = async (sort: string) => {
      const found = await rest.ask<{ items: { name: string }[] }>("GET", `exports?q=${sorted}&sort=${sort}`);
      return found.items.map(({ name }) => name);
    };
    const [up, down] = [await order(codes[place]!), await order(`-${codes[place]}`)];
    expect(up).toHaveLength(5);
    expect([...up].reverse(), column).toEqual(down);
    // From an order that is neither.
    await exports.goto(`?q=${sorted}&sort=${column === "Display name" ? "status" : "name"}`);
    await exports.hydrated();
    const rows = exports.table.getByRole("rowheader");
    for (const wanted of [up, down, up]) {
      await exports.header(column).getByRole("link").click();
      await expect(rows, column).toHaveText(wanted);
    }
    if (column !== "Display name" && column !== "Your permissions") {
      expect(up, `${column} is an order of its own`).not.toEqual(await order("name"));
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

/** More exports than a page has at first, or at a hundred rows; the names of all of them as this order has them. */
async function many(server: Server, sort: string): Promise<string[]> {
  const furniture = await Furniture.of(server);
  const names = Array.from({ length: 110 }, (_, number) => `Many ${String(number).padStart(3, "0")}`);
  if ((await furniture.names("Many")).length === 0) await furniture.exports(names, { enabled: false });
  const rest = await Rest.asAdministrator(server);
  const all = await rest.ask<{ items: { name: string }[] }>("GET", `exports?limit=200&sort=${sort}`);
  return all.items.map(({ name }) => name);
}

test("order and page are in the address: a reload and a pasted link show the same rows", async ({ context, page, server }) => {
  const all = await many(server, "-name");
  const exports = new ExportsPage(page);
  await exports.goto("?limit=25");
  await exports.hydrated();
  const turn = exports.header("Display name").getByRole("link");
  await turn.click();
  const rows = exports.table.getByRole("rowheader");
  await expect(rows).toHaveText(all.slice(0, 25));
  await page.getByRole("link", { name: "Next page" }).click();
  const second = all.slice(25, 50);
  await expect(rows).toHaveText(second);
  await page.reload();
  await expect(rows).toHaveText(second);
  await expect(exports.header("Display name")).toHaveAttribute("aria-sort", "descending");

  const other = await context.newPage();
  await other.goto(page.url());
  await expect(new ExportsPage(other).table.getByRole("rowheader")).toHaveText(second);
  await other.close();
});

test("a page has 50 rows at first, or as many as are chosen", async ({ page, server }) => {
  const all = await many(server, "name");
  const exports = new ExportsPage(page);
  await exports.goto();
  await exports.hydrated();
  const rows = exports.table.getByRole("rowheader");
  await expect(rows).toHaveText(all.slice(0, 50));
  const { rowsPerPage } = new ExportFilters(page);
  await expect(rowsPerPage.getByRole("link")).toHaveText(["25", "50", "100", "200"]);
  await expect(rowsPerPage.locator("[aria-current]")).toHaveText("50");
  for (const limit of [25, 100, 200, 50]) {
    await rowsPerPage.getByRole("link", { name: String(limit), exact: true }).click();
    await expect(rows).toHaveText(all.slice(0, limit));
  }
});

test("the browser finds every row of a page of 100 and of 200, wherever it is scrolled to", async ({ page, server }) => {
  const all = await many(server, "name");
  const exports = new ExportsPage(page);
  for (const limit of [100, 200]) {
    await exports.goto(`?limit=${limit}`);
    await exports.hydrated();
    const wanted = all.slice(0, limit);
    expect(wanted.length).toBe(Math.min(limit, all.length));
    const missed = await page.evaluate((names) => {
      // What Ctrl+F does, from the top for each; not in the types of TypeScript.
      const { find } = window as unknown as { find: (text: string) => boolean };
      return names.filter((name) => {
        getSelection()!.removeAllRanges();
        return !find.call(window, name);
      });
    }, wanted);
    expect(missed).toEqual([]);
    await expect(exports.table.getByRole("rowheader")).toHaveText(wanted);
  }
});
