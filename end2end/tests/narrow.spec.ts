import { expect, test } from "../fixtures/test.ts";
import { ExportPane } from "../pages/export-pane.ts";
import { ExportsPage } from "../pages/exports.ts";

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

const pages = ["/data/exports", "/data/segments", "/data/tables", "/data/sources", "/administration/connections"];

test("every page fits into 390 px", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  for (const path of pages) {
    await page.goto(path);
    await expect(exports.heading).toBeVisible();
    await exports.expectNoSidewaysScroll();
  }
});

test("a pane takes the whole width, and its buttons are large enough for a finger", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto();
  await exports.hydrated();
  await page.getByText("Add export").first().click();
  const pane = await new ExportPane(page, "Set up export").opened();
  // Whole but for the gutter that the page keeps for its scroll bar.
  await expect.poll(async () => (await pane.dialog.boundingBox())?.width).toBeGreaterThanOrEqual(390 - 15);
  const save = await pane.save.boundingBox();
  expect(save!.height).toBeGreaterThanOrEqual(24);
  await exports.expectNoSidewaysScroll();
});

test("the navigation opens and leads on", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("viewer");
  await exports.goto();
  await exports.hydrated();
  const tables = page.getByRole("link", { name: "Tables", exact: true });
  if (!(await tables.isVisible())) await page.getByRole("button", { name: /navigation|menu/i }).click();
  await tables.click();
  await expect(page).toHaveURL(/\/data\/tables/);
  await expect(exports.heading).toHaveText("Tables");
});
