import { csvRecords, delivered } from "../fixtures/delivered.ts";
import { expect, test } from "../fixtures/test.ts";
import { ExportPane } from "../pages/export-pane.ts";
import { ExportsPage } from "../pages/exports.ts";
import { LeaveQuestion } from "../pages/leave-question.ts";
import { RunPane } from "../pages/run-pane.ts";

const name = "Customers for the walk";

test.describe.configure({ mode: "serial" });

test("an administrator sets up an export, runs it and finds file and waybill in agreement", async ({
  page,
  server,
  signIn,
}) => {
  const exports = new ExportsPage(page);
  const before = (await delivered(server.data, ".csv")).map((file) => file.path);
  await signIn("admin");
  await exports.goto();
  await exports.hydrated();

  await exports.command("Add export").click();
  const pane = await new ExportPane(page, "Set up export").opened();
  await expect(page).toHaveURL(/[?&]pane=/);
  await pane.chooseConnection("Demo folder");
  await pane.table("customers").check();
  await pane.name.fill(name);
  await pane.saveAndRun.click();

  const run = await new RunPane(page).opened();
  await run.ends("Successful");
  const read = await run.count("customers", "Read");
  expect(read).toBe(50_000);
  expect(await run.count("customers", "Written")).toBe(read);
  expect(await run.count("customers", "Rejected")).toBe(0);

  const files = (await delivered(server.data, ".csv")).filter((file) => !before.includes(file.path));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    await expect(run.file(file.sha256), `${file.path} is on the waybill`).toHaveCount(1);
  }
  const records = files.reduce((sum, file) => sum + csvRecords(file.content) - 1, 0);
  expect(records).toBe(read);

  // Still modal after all that was loaded behind it: Esc is answered, and the focus is back on the page.
  await page.keyboard.press("Escape");
  await expect(run.dialog).toBeHidden();
  await expect(exports.row(name)).toContainText("Successful");
  await expect(exports.row(name)).toContainText("System refresh");
});

test("running it again delivers a second time beside the first", async ({ page, server, signIn }) => {
  const exports = new ExportsPage(page);
  const before = await delivered(server.data, ".csv");
  await signIn("contributor");
  await exports.goto("?limit=200");
  await exports.hydrated();
  await exports.select(name);
  await exports.command(/^Run$/).click();
  await expect(exports.row(name)).toContainText(/Queued|Processing|Successful/);
  await expect
    .poll(async () => (await delivered(server.data, ".csv")).length, { timeout: 45_000 })
    .toBeGreaterThan(before.length);
  await expect(exports.row(name)).toContainText("Successful", { timeout: 30_000 });
  const after = await delivered(server.data, ".csv");
  for (const old of before) expect(after.find((file) => file.path === old.path)?.sha256).toBe(old.sha256);
});

test("Run shows that it is on its way, keeps its text, and starts one run however often it is pressed", async ({
  page,
  signIn,
}) => {
  const exports = new ExportsPage(page);
  await signIn("contributor");
  await exports.goto("?limit=200");
  await exports.hydrated();
  let asked = 0;
  let go = (): void => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route("**/api/ui/exports/run", async (route) => {
    asked += 1;
    await held;
    await route.continue();
  });
  await exports.select(name);
  const run = exports.command(/^Run$/);
  await expect(run).not.toHaveAttribute("aria-busy");
  await run.click();
  await expect(run).toHaveAttribute("aria-busy", "true");
  await expect(run).toHaveText("Run");
  // Playwright itself would wait for a button that can be used.
  await run.click({ force: true });
  await page.keyboard.press("r");
  await expect(run).toHaveAttribute("aria-busy", "true");
  go();
  const pane = await new RunPane(page).opened();
  await expect(run).not.toHaveAttribute("aria-busy");
  expect(asked).toBe(1);
  await pane.ends("Successful");
});

test("an edit that is not saved is asked about, and a saved one makes a new version", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto();
  await exports.hydrated();
  await exports.select(name);
  await exports.command("Edit").click();
  const pane = await new ExportPane(page, /^Edit export/).opened();
  await pane.name.fill(`${name}, renamed`);

  await pane.close.click();
  const question = new LeaveQuestion(page);
  await expect(question.dialog).toContainText(/changes/);
  await question.keep.click();
  await expect(pane.dialog).toBeVisible();

  await pane.save.click();
  await expect(pane.dialog).toBeHidden();
  await expect(exports.row(`${name}, renamed`)).toBeVisible();
  await expect(exports.row(name)).toHaveCount(0);
});

test("an export is removed after a question that says what stays", async ({ page, server, signIn }) => {
  const exports = new ExportsPage(page);
  const before = await delivered(server.data, ".csv");
  await signIn("admin");
  await exports.goto();
  await exports.hydrated();
  await exports.select(`${name}, renamed`);
  await exports.command("Remove").click();
  const question = page.getByRole("alertdialog");
  await expect(question).toContainText(`${name}, renamed`);
  await expect(question.getByRole("link", { name: "Keep it" })).toBeFocused();
  await question.getByRole("button", { name: "Remove" }).click();
  await expect(exports.row(`${name}, renamed`)).toHaveCount(0);
  expect(await delivered(server.data, ".csv")).toHaveLength(before.length);
});

test("a form without a table or a name says so at the fields", async ({ page, problems, signIn }) => {
  problems.expect(/422|400/);
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto();
  await exports.hydrated();
  await exports.command("Add export").click();
  const pane = await new ExportPane(page, "Set up export").opened();
  await pane.save.click();
  // The first field in error has the focus: the list of tables, or a box that says it is invalid.
  const atFault = pane.dialog.locator("#field-items, [aria-invalid=true]");
  await expect(atFault.and(page.locator(":focus"))).toHaveCount(1);
  await expect(pane.name).toHaveAttribute("aria-invalid", "true");
});
