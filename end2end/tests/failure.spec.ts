import { inEachLanguage } from "../fixtures/matrix.ts";
import { expect, test } from "../fixtures/test.ts";
import { ExportsPage } from "../pages/exports.ts";
import { RunPane } from "../pages/run-pane.ts";
import { RunsPage } from "../pages/runs.ts";

const nowhere = "01900000-0000-7000-8000-000000000000";
/** The modules of pages and panes beside the start page. */
const parts = /\/pkg\/.*(split|chunk)_[^/]*\.wasm$/;

test("a box ticked before the page listens is a selection afterwards", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  let go = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route("**/*.wasm", async (route) => {
    await held;
    await route.continue();
  });
  await exports.goto();
  const [name] = await exports.names();
  await exports.select(name!);
  go();
  await exports.hydrated();
  await expect(exports.row(name!).getByRole("checkbox")).toBeChecked();
  await expect(page.getByRole("button", { name: /^\s*1 selected/ })).toBeVisible();
});

inEachLanguage(({ words }) => {
  test("a part that the server no longer has is not missed for good: the page offers to reload", async ({
    page,
    problems,
    signIn,
  }) => {
    problems.expect(/404|wasm|WebAssembly/i);
    const exports = new ExportsPage(page);
    await signIn("viewer");
    await exports.goto();
    await exports.hydrated();
    await page.route(parts, (route) => route.fulfill({ status: 404, body: "" }));
    await exports.navigation.getByRole("link", { name: words.segments, exact: true }).click();
    const reload = page.getByRole("main").getByRole("link", { name: words.reload, exact: true });
    await expect(reload).toBeVisible();
    await page.unroute(parts);
    await reload.click();
    await expect(page).toHaveURL(/\/data\/segments/);
    await expect(exports.heading).toHaveText(words.segments);
    await exports.hydrated();
  });

  test("panes that the server no longer has are missed above the list, and are there after a reload", async ({
    page,
    problems,
    signIn,
  }) => {
    problems.expect(/404|wasm|WebAssembly/i);
    const exports = new ExportsPage(page);
    await signIn("viewer");
    await page.route(parts, (route) => route.fulfill({ status: 404, body: "" }));
    await exports.goto();
    await exports.hydrated();
    await exports.link("Orders archive").click();
    const reload = page.getByRole("main").getByRole("link", { name: words.reload, exact: true });
    await expect(reload).toBeInViewport();
    await page.unroute(parts);
    await reload.click();
    await exports.hydrated();
    await expect(page.getByRole("dialog")).toBeVisible();
    await expect(reload).toHaveCount(0);
  });

  test("a program that has stopped says so, and the page works as without it", async ({ page, problems, signIn }) => {
    problems.expect(/RuntimeError|unreachable|panicked|hydration/i);
    const exports = new ExportsPage(page);
    await signIn("viewer");
    // Not the page that the program drew: it cannot take it over, and stops.
    await page.route(/\/data\/exports$/, async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace(/<main [^>]*>/, "$&text");
      await route.fulfill({ response, body });
    });
    await page.goto("/data/exports");
    const alert = page.getByRole("main").getByRole("alert").filter({ hasText: words.broken });
    await expect(alert).toBeVisible();
    await expect(alert).toHaveCount(1);
    await expect(alert.getByRole("link", { name: words.reload })).toBeVisible();

    await exports.search.fill("Orders");
    await exports.search.press("Enter");
    await expect(page).toHaveURL(/[?&]q=Orders/);
    await expect(exports.row("Orders archive")).toBeVisible();
    await page.goto("/data/exports");
    await expect(alert).toBeVisible();
    await exports.navigation.getByRole("link", { name: words.tables, exact: true }).click();
    await expect(exports.heading).toHaveText(words.tables);
    await exports.hydrated();
    await expect(alert).toHaveCount(0);
  });

  test("a program that has stopped says so even where nothing more can be loaded", async ({ page, problems, signIn }) => {
    problems.expect(/RuntimeError|unreachable|panicked|hydration|stopped\.js|ERR_FAILED/i);
    await signIn("viewer");
    await page.route(/\/data\/exports$/, async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace(/<main [^>]*>/, "$&text");
      await route.fulfill({ response, body });
    });
    await page.route("**/stopped.js", (route) => route.abort());
    await page.goto("/data/exports");
    const alert = page.getByRole("alert").filter({ hasText: words.broken });
    await expect(alert).toHaveCount(1);
    await expect(alert.getByRole("link", { name: words.reload })).toBeVisible();
  });

  test("a list that cannot be loaded says why and tries again, and the rest of the page can be used", async ({
    page,
    problems,
    signIn,
  }) => {
    problems.expect(/exports\/(list|facets)|ERR_FAILED|Failed to load/);
    const exports = new ExportsPage(page);
    await signIn("viewer");
    await exports.goto();
    await exports.hydrated();
    await page.route("**/api/ui/exports/list", (route) => route.abort());
    await exports.search.fill("Orders");
    await expect(exports.table.getByText(words.loadFailed)).toBeVisible();
    const retry = exports.table.getByRole("link", { name: words.retry });
    await expect(retry).toBeVisible();
    await expect(exports.search).toBeEnabled();
    await page.unroute("**/api/ui/exports/list");
    await retry.click();
    await expect(exports.row("Orders archive")).toBeVisible();
  });

  test("a pane about nothing has a text of its own and a way back", async ({ page, problems, signIn }) => {
    problems.expect(/\b404\b/);
    const exports = new ExportsPage(page);
    await signIn("admin");
    for (const kind of ["view", "edit", "duplicate", "schedule", "history", "remove", "detach", "about"]) {
      await exports.goto(`?pane=${kind}/${nowhere}`);
      await expect(exports.pane(), kind).toBeVisible();
      const asks = kind === "remove" || kind === "detach";
      await expect(exports.pane(), kind).toContainText(asks ? words.notFound : words.exportNotThere);
      const removed = exports.pane().getByRole("link", { name: words.removed, exact: true });
      await expect(removed, kind).toHaveCount(asks ? 0 : 1);
      await exports.pane().getByRole("link", { name: words.close }).first().click();
      await expect(exports.pane(), kind).toHaveCount(0);
      await expect(exports.table.getByRole("rowheader").first()).toBeVisible();
    }
  });

  test("a run that is not there may be older than runs are kept: its pane says so, and offers no other try", async ({
    page,
    problems,
    signIn,
  }) => {
    problems.expect(/\b404\b/);
    const runs = new RunsPage(page, words);
    await signIn("viewer");
    await runs.goto(`?pane=run/${nowhere}`);
    const pane = await new RunPane(page).opened();
    await expect(pane.dialog).toContainText(words.runNotKept);
    await expect(pane.dialog.getByRole("alert")).toHaveCount(0);
    await expect(pane.dialog.getByRole("link").or(pane.dialog.getByRole("button"))).toHaveText([words.close]);
    await pane.dialog.getByRole("link", { name: words.close }).click();
    await expect(pane.dialog).toHaveCount(0);
    await expect(page).toHaveURL(/\/data\/runs$/);
  });

  test("a pane that is not for the person says so and is no dead end", async ({ page, signIn }) => {
    const exports = new ExportsPage(page);
    await signIn("viewer");
    await exports.goto();
    const href = await exports.link("Orders archive").getAttribute("href");
    const id = /[0-9a-f-]{36}/.exec(href!)![0];
    for (const kind of ["edit", "duplicate", "schedule"]) {
      await exports.goto(`?pane=${kind}/${id}`);
      await expect(exports.pane(), kind).toContainText(words.viewersMayNotEdit);
      await exports.pane().getByRole("link", { name: words.close }).first().click();
      await expect(exports.pane(), kind).toHaveCount(0);
    }
  });
});
