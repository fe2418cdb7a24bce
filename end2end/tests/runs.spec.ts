import type { TestInfo } from "@playwright/test";

import { Furniture } from "../fixtures/furniture.ts";
import { forEveryone } from "../fixtures/matrix.ts";
import { Rest } from "../fixtures/rest.ts";
import { expect, people, test } from "../fixtures/test.ts";
import { RunPane } from "../pages/run-pane.ts";
import { RunsPage } from "../pages/runs.ts";
import { SignInPage } from "../pages/sign-in.ts";

const kept = "Runs kept";
const gone = "Runs gone";
const depot = "Runs depot";

/** What stands in the server of this worker. */
let furniture: Furniture;
let keptId: string;

test.describe.configure({ mode: "serial" });

// Once for the server, and not again for each language and role.
test.beforeAll(async ({ server }, testInfo: TestInfo) => {
  testInfo.setTimeout(120_000);
  furniture = await Furniture.of(server);
  keptId = await furniture.export(kept);
  await furniture.run(keptId);
  const goneId = await furniture.export(gone, { connection: depot });
  await furniture.run(goneId);
  const rest = await Rest.asAdministrator(server);
  await rest.ask("POST", "exports/batch", { ids: [goneId], action: "remove" });
});

forEveryone(({ words }) => {
  test("every delivery is found by its file, destination, export, day and status, also of a removed export", async ({
    page,
  }) => {
    const runs = new RunsPage(page, words);
    await runs.goto();
    await runs.hydrated();
    await expect(runs.of(gone)).toContainText(words.removedExport);
    await expect(runs.of(gone)).toContainText(depot);
    await expect(runs.of(gone)).toContainText(/orders_\d+\.csv/);

    await runs.file.fill("RUNS-GONE/");
    await runs.file.press("Enter");
    await expect(page).toHaveURL(/[?&]file=/);
    await runs.showOnly(gone);
    await runs.status(words.failed).click();
    await expect(page.getByText(words.nothingMatches)).toBeVisible();
    await runs.table.getByRole("link", { name: words.clearAll }).click();
    await expect(page).toHaveURL(/\/data\/runs$/);
    await expect(runs.file).toHaveValue("");

    await runs.of(gone).getByRole("link", { name: depot }).click();
    await expect(page).toHaveURL(/[?&]connection=/);
    await runs.showOnly(gone);
    await runs.chosen(depot).click();
    await expect(runs.of(kept).first()).toBeVisible();

    await runs.of(kept).first().getByRole("link", { name: kept }).click();
    await expect(page).toHaveURL(/[?&]export=/);
    await runs.showOnly(kept);
    await runs.to.fill("1999-12-31");
    await runs.apply.click();
    await expect(page.getByText(words.nothingMatches)).toBeVisible();
    await page.goBack();
    await runs.showOnly(kept);
    await expect(runs.to).toHaveValue("");
    await runs.from.fill("2000-01-01");
    await runs.apply.click();
    await expect(page).toHaveURL(/[?&]from=2000-01-01/);
    await runs.status(words.successful).click();
    await expect(page).toHaveURL(/[?&]status=successful/);
    await runs.showOnly(kept);
  });

  test("a run opens over the list, and Escape leads back to it", async ({ page }) => {
    const runs = new RunsPage(page, words);
    await runs.goto(`?export=${keptId}`);
    await runs.hydrated();
    const status = runs.of(kept).first().getByRole("rowheader").getByRole("link");
    await status.click();
    const pane = await new RunPane(page).opened();
    await expect(pane.dialog.getByRole("heading", { name: words.waybill })).toBeVisible();
    await page.reload();
    await pane.opened();
    await expect(pane.dialog.getByRole("link", { name: kept, exact: true })).toHaveAttribute(
      "href",
      `/data/exports?pane=view/${keptId}`,
    );
    await runs.hydrated();
    await page.keyboard.press("Escape");
    await expect(pane.dialog).toBeHidden();
    await expect(page).toHaveURL(new RegExp(`/data/runs\\?export=${keptId}$`));
  });
});

test("a run that starts elsewhere comes into the list and ends there by itself", async ({ page, signIn }) => {
  const runs = new RunsPage(page);
  await signIn("viewer");
  await runs.goto(`?export=${keptId}`);
  await runs.hydrated();
  const before = await runs.rows.count();
  const run = await furniture.run(keptId);
  const newest = runs.rows.filter({ has: page.locator(`a[href*="run/${run.id}"]`) });
  await expect(runs.rows).toHaveCount(before + 1);
  await expect(runs.rows.first().locator(`a[href*="run/${run.id}"]`)).toBeVisible();
  await expect(newest).toContainText("Successful");
});

test("the navigation leads to the runs", async ({ page, signIn }) => {
  const runs = new RunsPage(page);
  await signIn("viewer");
  await page.goto("/data/exports");
  await runs.hydrated();
  const link = runs.navigation.getByRole("link", { name: "Runs", exact: true });
  await link.click();
  await expect(runs.heading).toHaveText("Runs");
  await expect(link).toHaveAttribute("aria-current", "page");
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("the filters are a form and links", async ({ page, problems }) => {
    // The browser says so of a module that it may not load.
    problems.expect(/request failed: GET .*\/pkg\/.*: csp/);
    const signIn = new SignInPage(page);
    await signIn.goto();
    await signIn.signIn(people.viewer);
    const runs = new RunsPage(page);
    await runs.goto();
    await runs.of(gone).getByRole("link", { name: depot }).click();
    await runs.showOnly(gone);
    await runs.file.fill("orders_");
    await runs.from.fill("2000-01-01");
    await runs.apply.click();
    await expect(page).toHaveURL(/connection=/);
    await expect(page).toHaveURL(/file=orders_/);
    await runs.showOnly(gone);
    await expect(runs.from).toHaveValue("2000-01-01");
    await runs.status("Failed").click();
    await expect(page.getByText("Nothing matches")).toBeVisible();
    await runs.status("Failed").click();
    await runs.of(gone).getByRole("rowheader").getByRole("link").first().click();
    await new RunPane(page).opened();
  });
});
