import type { Page } from "@playwright/test";

import { inEachLanguage } from "../fixtures/matrix.ts";
import { OwnExports } from "../fixtures/own-exports.ts";
import { expect, test } from "../fixtures/test.ts";
import { ExportFilters } from "../pages/export-filters.ts";
import { ExportsPage } from "../pages/exports.ts";
import { SystemPage } from "../pages/system.ts";

/** Asks a server function through the open page. */
const call = <T>(page: Page, name: string, body: unknown = {}): Promise<T> => new SystemPage(page).call<T>(name, body);

type Facets = {
  total: number;
  statuses: [string, number][];
  types: [string, number][];
  permissions: [string, number][];
};
type Connection = { id: string; version: number; name: string; type: string; audience: unknown };

const counted = async (page: Page) => (await call<{ facets: Facets }>(page, "exports/facets", { filter: {} })).facets;
const sum = (counts: Iterable<number>) => [...counts].reduce((all, one) => all + one, 0);
/** The words of a search, as the title of the window quotes them. */
const quoted = { en: (words: string) => `“${words}”`, fr: (words: string) => `«\u00a0${words}\u00a0»` };

async function list(page: Page, query = ""): Promise<{ exports: ExportsPage; filters: ExportFilters }> {
  const exports = new ExportsPage(page);
  await exports.goto(query);
  await exports.hydrated();
  return { exports, filters: new ExportFilters(page) };
}

inEachLanguage(({ language, words }) => {
  test.beforeEach(async ({ signIn }) => signIn("admin"));

  test("facets offer what there is with counts, and none of what there is not", async ({ page }) => {
    const { filters } = await list(page);
    const { total, statuses, types, permissions } = await counted(page);
    expect(total).toBeGreaterThan(0);
    for (const [facet, wanted] of [
      [words.status, statuses],
      [words.type, types],
      [words.yourPermissions, permissions],
    ] as const) {
      const counts = await filters.counts(facet);
      expect([...counts.values()], facet).toEqual(wanted.map(([, count]) => count));
      expect(sum(counts.values()), facet).toBe(total);
    }
    expect([...(await filters.counts(words.yourPermissions)).keys()]).toEqual([words.canEdit]);
  });

  test("a chosen status is in the address, a chip takes it away, and Back and Forward step through", async ({ page }) => {
    const { exports, filters } = await list(page);
    const [status, count] = [...(await filters.counts(words.status))][0]!;
    const all = (await counted(page)).total;
    await filters.choose(words.status, status);
    await expect(page).toHaveURL(/[?&]status=/);
    const chip = filters.chip(words.status, status);
    await expect(chip).toBeVisible();
    await expect(page).toHaveTitle(new RegExp(status));
    await expect(exports.table.getByRole("rowheader")).toHaveCount(Math.min(count, 50));
    await page.goBack();
    await expect(page).not.toHaveURL(/status=/);
    await expect(chip).toBeHidden();
    await page.goForward();
    await expect(chip).toBeVisible();
    await page.reload();
    await expect(chip).toBeVisible();
    await exports.hydrated();
    await chip.click();
    await expect(page).not.toHaveURL(/status=/);
    await expect(filters.chips).toHaveCount(0);
    await expect(exports.table.getByRole("rowheader")).toHaveCount(Math.min(all, 50));
  });

  test("the chosen value of a facet takes itself away", async ({ page }) => {
    const { filters } = await list(page, "?permission=edit");
    await expect(filters.chip(words.yourPermissions, words.canEdit)).toBeVisible();
    const menu = await filters.open(words.yourPermissions);
    const chosen = menu.getByRole("menuitem", { name: words.canEdit });
    await expect(chosen).toHaveAttribute("aria-current", "true");
    await chosen.click();
    await expect(page).not.toHaveURL(/permission=/);
  });

  test("a search is a chip, typing keeps the focus and leaves one address behind it", async ({ page }) => {
    const { exports, filters } = await list(page);
    const [first] = await exports.names();
    const word = first!.split(" ")[0]!;
    const before = await page.evaluate(() => history.length);
    await exports.search.pressSequentially(word, { delay: 120 });
    await expect(page).toHaveURL(/[?&]q=/);
    await expect(filters.chip(language === "en" ? "Search" : "Recherche", word)).toBeVisible();
    await expect(exports.search).toBeFocused();
    await expect(exports.search).toHaveValue(word);
    await expect(exports.search).not.toHaveAttribute("aria-busy", "true");
    expect(await page.evaluate(() => history.length)).toBe(before);
    await expect(page).toHaveTitle(new RegExp(quoted[language](word)));
    await filters.choose(words.type, words.localFolder);
    await expect(filters.chips).toHaveCount(2);
    await filters.clearAll.click();
    await expect(page).not.toHaveURL(/[?&](q|type)=/);
    await expect(exports.search).toHaveValue("");
    await expect(filters.chips).toHaveCount(0);
    await expect(page).toHaveTitle(new RegExp(`^${words.exports}`));
  });

  test("how many there are is said after a change, and not at first", async ({ page }) => {
    const { exports, filters } = await list(page);
    await expect(exports.table.getByRole("rowheader").first()).toBeVisible();
    await expect(filters.said).toHaveCount(0);
    const [first] = await exports.names();
    await exports.search.fill(first!);
    await expect(filters.said).toHaveText(/^\d+ export/);
  });

  test("labels, owners and connections narrow the list by its address, and have names", async ({ page }) => {
    await list(page);
    const system = new SystemPage(page);
    const label = `Filters in ${language}`;
    const own = await OwnExports.make(system, [`Noted in ${language}`, `Not noted in ${language}`]);
    const me = await call<{ id: string; name: string }>(page, "account/me");
    const noted = own.id(`Noted in ${language}`);
    const draft = { labels: [label], owner_id: me.id, note: "" };
    await call(page, "exports/about/update", { id: noted, version: 1, draft });
    for (const [query, property, value] of [
      [`label=${encodeURIComponent(label.toUpperCase())}`, language === "en" ? "Label" : "Étiquette", label.toUpperCase()],
      [`owner=${me.id}&q=${language}`, words.owner, me.name],
    ] as const) {
      const { exports, filters } = await list(page, `?${query}`);
      await expect(filters.chip(property, value)).toBeVisible();
      await expect(exports.row(`Noted in ${language}`)).toBeVisible();
      await expect(exports.row(`Not noted in ${language}`)).toBeHidden();
    }
    const connections = await call<Connection[]>(page, "connections/list");
    const demo = connections.find(({ name }) => name === "Demo folder")!;
    const { exports, filters } = await list(page, `?connection=${demo.id}`);
    await expect(filters.chip(words.connectionUsed, demo.name)).toBeVisible();
    await expect(exports.row(`Noted in ${language}`)).toBeVisible();
    await own.remove(system);
  });

  test("a contributor with whom no connection is shared is told why they can add nothing", async ({ page, signIn }) => {
    await list(page);
    const share = async (one: Connection, audience: unknown) => {
      const { summary, config } = await call<{ summary: Connection; config: object }>(page, "connections/get", {
        id: one.id,
      });
      const draft = { name: one.name, type: one.type, config, audience, consent: true };
      await call(page, "connections/update", { id: one.id, version: summary.version, draft });
    };
    const connections = await call<Connection[]>(page, "connections/list");
    for (const one of connections) await share(one, "administrators");
    try {
      await signIn("contributor");
      const { exports } = await list(page);
      const add = exports.command(words.addExport);
      await expect(add).toHaveAttribute("aria-disabled", "true");
      const why = /No connection is shared|Aucune connexion n’est partagée/;
      await expect(add).toHaveAttribute("title", why);
      await exports.goto("?pane=new");
      await expect(exports.pane(words.setUpExport)).toContainText(why);
      await expect(exports.pane().getByRole("textbox")).toHaveCount(0);
    } finally {
      await signIn("admin");
      await list(page);
      for (const one of connections) await share(one, one.audience);
    }
    await signIn("contributor");
    const { exports } = await list(page);
    await expect(exports.command(words.addExport)).not.toHaveAttribute("aria-disabled", "true");
  });
});

test("rows per page are 50 at first, and a choice starts at the first page", async ({ page, signIn }) => {
  await signIn("admin");
  const { filters } = await list(page, "?limit=1");
  await page.getByRole("link", { name: "Next page" }).click();
  await expect(page).toHaveURL(/cursor=/);
  await expect(filters.rowsPerPage.getByRole("link")).toHaveText(["25", "50", "100", "200"]);
  await filters.rowsPerPage.getByRole("link", { name: "25" }).click();
  await expect(page).toHaveURL(/limit=25/);
  await expect(page).not.toHaveURL(/cursor=/);
  await filters.rowsPerPage.getByRole("link", { name: "50" }).click();
  await expect(page).not.toHaveURL(/limit=/);
  await expect(filters.rowsPerPage.locator("[aria-current]")).toHaveText("50");
  // Nothing takes it away.
  await expect(filters.rowsPerPage.locator(".icon")).toHaveCount(0);
});

test("what is typed before the page listens is searched for once it does", async ({ page, signIn }) => {
  await signIn("admin");
  const exports = new ExportsPage(page);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/*.wasm", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto("/data/exports", { waitUntil: "commit" });
  await expect(exports.table.getByRole("rowheader").last()).toBeVisible();
  const [first] = await exports.names();
  await exports.search.fill(first!);
  release();
  await exports.hydrated();
  await expect(page).toHaveURL(/[?&]q=/);
  await expect(exports.search).toHaveValue(first!);
  await expect(exports.row(first!)).toBeVisible();
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("facets, chips and Clear all are links", async ({ page, problems, signIn }) => {
    // The browser says so of a module that it may not load.
    problems.expect(/request failed: GET .*\/pkg\/.*: csp/);
    await signIn("admin");
    const exports = new ExportsPage(page);
    const filters = new ExportFilters(page);
    await exports.goto();
    const all = await exports.names();
    const [status, count] = [...(await filters.counts("Status"))][0]!;
    await filters.choose("Status", status);
    await expect(page).toHaveURL(/[?&]status=/);
    await expect(exports.table.getByRole("rowheader")).toHaveCount(Math.min(count, 50));
    await exports.search.fill(all[0]!);
    await exports.search.press("Enter");
    await expect(page).toHaveURL(/[?&]q=/);
    await expect(page, "the form keeps the other filters").toHaveURL(/[?&]status=/);
    await expect(filters.chips).toHaveCount(2);
    await filters.clearAll.click();
    await expect(filters.chips).toHaveCount(0);
    await expect(exports.table.getByRole("rowheader")).toHaveText(all);
  });
});
