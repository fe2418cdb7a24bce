import { readFile } from "node:fs/promises";
import path from "node:path";

import { expectAccessible } from "../fixtures/axe.ts";
import { csvRows, delivered } from "../fixtures/delivered.ts";
import { Furniture } from "../fixtures/furniture.ts";
import { OwnExports } from "../fixtures/own-exports.ts";
import type { Server } from "../fixtures/server.ts";
import { expect, test } from "../fixtures/test.ts";
import { ExportPane } from "../pages/export-pane.ts";
import { ExportsPage } from "../pages/exports.ts";
import { LeaveQuestion } from "../pages/leave-question.ts";
import { RunPane } from "../pages/run-pane.ts";
import { SegmentPane, SegmentsPage } from "../pages/segments.ts";
import { SystemPage } from "../pages/system.ts";

test.describe.configure({ mode: "serial" });

type Named = { id: string; version: number; name: string };

const [loyal, countries, copy] = ["Loyal in Britain", "Customers by country", "Loyal in Britain (copy)"] as const;
const later = "With a country";
const sending = "Loyal customers, sent";
const hidden = "Loyal customers, of administrators";

/** What the segment takes, found out without it: from the file that the demo's table is read from. */
async function expected(server: Server): Promise<string[]> {
  const file = path.join(server.data, "demo", "source", "customers.csv");
  const rows = csvRows(await readFile(file));
  const taken = rows.filter(
    (row) => row.country === "GB" && (Number(row.loyalty_points) >= 15_000 || row.newsletter === "true"),
  );
  return taken.map((row) => row.customer_id!);
}

const written = (count: number) => count.toLocaleString("en-GB");

test("a contributor builds a segment from conditions, and sees its members while typing", async ({
  page,
  server,
  signIn,
}) => {
  const members = (await expected(server)).length;
  const segments = new SegmentsPage(page);
  await signIn("contributor");
  await segments.goto();
  await expect(segments.navigation.getByRole("link", { name: "Segments" })).toHaveAttribute("aria-current", "page");
  await segments.table.getByRole("link", { name: "New segment" }).click();
  const pane = await new SegmentPane(page).opened();
  await expect(page).toHaveURL(/[?&]pane=new/);
  await expect(pane.count).toContainText("once the definition is complete");

  await pane.name.fill(loyal);
  await pane.chooseTable("customers");
  await expect(pane.problems).toHaveCount(0);
  await pane.condition(1, "country", "does_not_contain", "GB");
  await expect(pane.dialog).toContainText("Letter by letter: capitals and accents count.");
  await expect(pane.dialog).toContainText("Rows without a value are taken too.");
  await pane.condition(1, "country", "is", "GB");
  await expect(pane.dialog).not.toContainText("Rows without a value are taken too.");
  await expect(pane.sentence).toHaveText("Rows where country is “GB”");
  await expect(pane.count).toContainText(/^[\d,]+ of 50,000 rows$/);
  await expect(pane.first.getByRole("columnheader", { name: "country" })).toBeVisible();

  // The keyboard is enough: the focus goes where the next choice is made.
  await pane.add("group").focus();
  await page.keyboard.press("Enter");
  await expect(pane.group(1).getByRole("combobox").first()).toBeFocused();
  await pane.condition(2, "loyalty_points", "at_least", "15000");
  await pane.add("condition", " to group 1").focus();
  await page.keyboard.press("Enter");
  await expect(pane.column(3)).toBeFocused();
  await pane.condition(3, "newsletter", "is_true");
  await expect(pane.value(3)).toHaveCount(0);
  await expect(pane.sentence).toHaveText(
    "Rows where country is “GB” and (loyalty_points is at least 15000 or newsletter is true)",
  );
  await expect(pane.count).toHaveText(`${written(members)} of 50,000 rows`);
  await expectAccessible(page);

  // A line that is taken away gives its number to the next, and the focus does not get lost.
  await pane.add("condition").click();
  await expect(pane.column(4)).toBeFocused();
  await pane.dialog.getByRole("button", { name: "Remove condition 4" }).click();
  await expect(pane.column(4)).toHaveCount(0);
  await expect(pane.group(1).getByRole("combobox").first()).toBeFocused();

  await pane.saved();
  await expect(segments.row(loyal)).toContainText(written(members), { timeout: 30_000 });
  await expect(segments.row(loyal)).toContainText("Successful");
  await expect(segments.row(loyal)).toContainText("customers");
});

test("what is wrong with a condition is said at its control, before and after saving", async ({ page, signIn }) => {
  const segments = new SegmentsPage(page);
  await signIn("contributor");
  await segments.goto("?pane=new");
  const pane = await new SegmentPane(page).opened();
  await pane.save.click();
  await expect(pane.problems).toContainText("Enter a value");
  await expect(pane.name).toBeFocused();
  await expect(pane.name).toHaveAccessibleDescription(/^Enter a value\./);
  await expect(pane.table).toHaveAttribute("aria-invalid", "true");
  await expect(pane.table).toHaveAccessibleDescription("Choose one of these.");

  await pane.name.fill("Never saved");
  await pane.chooseTable("customers");
  await pane.condition(1, "loyalty_points", "greater", "many");
  await expect(pane.value(1)).toHaveAttribute("aria-invalid", "true");
  await expect(pane.value(1)).toHaveAccessibleDescription(/Enter a number such as -12\.50/);
  await pane.value(1).fill("19000");
  await expect(pane.value(1)).not.toHaveAttribute("aria-invalid", "true");
  await expect(pane.count).toContainText("of 50,000 rows");

  // A day is chosen with the browser's own control, a list is typed one a line.
  await pane.condition(1, "birth_date", "less");
  await expect(pane.value(1)).toHaveAttribute("type", "date");
  await pane.value(1).fill("1970-01-01");
  await expect(pane.sentence).toHaveText("Rows where birth_date is before 1 Jan 1970");
  await pane.condition(1, "country", "is_one_of");
  await pane.dialog.getByRole("textbox", { name: "Values of condition 1" }).fill("FR\nGB\n");
  await expect(pane.count).toHaveText("50,000 of 50,000 rows");

  await pane.close.click();
  await new LeaveQuestion(page).leave.click();
  await expect(pane.dialog).toBeHidden();
});

test("a statement that is no single SELECT is refused at its field", async ({ page, problems, signIn }) => {
  problems.expect(/\b422\b/);
  const segments = new SegmentsPage(page);
  await signIn("contributor");
  await segments.goto("?pane=new");
  const pane = await new SegmentPane(page).opened();
  await pane.name.fill(countries);
  await pane.kind("SQL").check();
  for (const statement of [
    "DROP TABLE customers",
    "SELECT 1 AS one; SELECT 2 AS two",
    "COPY customers TO '/tmp/customers.csv'",
    "SELECT * FROM nowhere",
    "SELECT country, COUNT(*) FROM",
  ]) {
    await pane.statement.fill(statement);
    await expect(pane.count, statement).toHaveText("Correct what is marked to see the preview.");
    await expect(pane.statement, statement).toHaveAttribute("aria-invalid", "true");
  }
  await pane.statement.fill("DROP TABLE customers");
  await pane.save.click();
  await expect(pane.problems).toBeVisible();
  await expect(pane.statement).toBeFocused();
  await expect(pane.dialog).toBeVisible();
});

test("a segment by a statement is put together by clicks, counted and saved", async ({ page, signIn }) => {
  const segments = new SegmentsPage(page);
  await signIn("contributor");
  await segments.goto("?pane=new");
  const pane = await new SegmentPane(page).opened();
  await pane.name.fill(countries);
  await pane.kind("SQL").check();
  await pane.dialog.getByRole("combobox", { name: "Table to pick names from" }).selectOption({ label: "customers" });
  await pane.statement.fill("SELECT country, COUNT(*) AS people FROM ");
  await pane.dialog.getByRole("button", { name: "Insert customers", exact: true }).click();
  await expect(pane.statement).toBeFocused();
  await page.keyboard.type(" GROUP BY ");
  await pane.dialog.getByRole("button", { name: /^Insert country / }).click();
  await expect(pane.statement).toHaveValue(
    'SELECT country, COUNT(*) AS people FROM "customers" GROUP BY "country"',
  );
  await expect(pane.count).toHaveText("2 rows");
  await expect(pane.first.getByRole("cell", { name: "GB" }).or(pane.first.getByRole("cell", { name: "FR" }))).toHaveCount(2);

  // What was typed the other way is still there.
  await pane.kind("Conditions").check();
  await pane.chooseTable("orders");
  await pane.kind("SQL").check();
  await expect(pane.statement).toHaveValue(/GROUP BY "country"$/);
  await pane.kind("Conditions").check();
  await expect(pane.table.locator("option:checked")).toHaveText("orders");
  await pane.kind("SQL").check();
  await pane.saved();
  await expect(segments.row(countries)).toContainText("Successful", { timeout: 30_000 });
  const details = await segments.open(countries);
  await expect(details.locator(".sql-text")).toContainText("COUNT(*) AS people");
  await expect(details).toContainText("No export uses this segment.");
  await expectAccessible(page);
});

test("an export delivers exactly the rows of a segment", async ({ page, server, signIn }) => {
  const exports = new ExportsPage(page);
  const before = (await delivered(server.data, ".csv")).map((file) => file.path);
  await signIn("contributor");
  await exports.goto();
  await exports.hydrated();
  await exports.command("Add export").click();
  const pane = await new ExportPane(page, "Set up export").opened();
  await pane.chooseConnection("Demo folder");
  await expect(pane.dialog.getByRole("heading", { name: "Segments", exact: true })).toBeVisible();
  await pane.table(loyal).check();
  await expect(pane.dialog.getByText("15 of 15 fields")).toBeVisible();
  await pane.name.fill(sending);
  await expect(pane.dialog.locator(".path-example")).toContainText("Loyal_in_Britain");
  await pane.saveAndRun.click();

  const run = await new RunPane(page).opened();
  await run.ends("Successful");
  const members = await expected(server);
  expect(await run.count(loyal, "Read")).toBe(members.length);
  expect(await run.count(loyal, "Written")).toBe(members.length);
  const files = (await delivered(server.data, ".csv")).filter((file) => !before.includes(file.path));
  const sent = files.flatMap((file) => csvRows(file.content).map((row) => row.customer_id!));
  expect(sent.sort()).toEqual(members.sort());

  await page.keyboard.press("Escape");
  await exports.link(sending).click();
  const edit = await new ExportPane(page, "Edit export").opened();
  await expect(edit.table(loyal)).toBeChecked();
  await page.goto(page.url().replace("pane=edit/", "pane=view/"));
  await expect(exports.pane()).toContainText(`Segment: ${loyal}`);
});

test("a segment in use is not removed, and names the exports in the way", async ({ page, signIn }) => {
  const segments = new SegmentsPage(page);
  await signIn("contributor");
  await segments.goto();
  await expect(segments.row(loyal)).toContainText("1 export");
  await segments.fromMenu(loyal, "Remove");
  const question = page.getByRole("alertdialog");
  await expect(question).toContainText(`${loyal} is in use`);
  await expect(question.getByRole("link", { name: sending })).toBeVisible();
  await expect(question.getByRole("button", { name: "Remove" })).toHaveCount(0);
  await expectAccessible(page);
  await question.getByRole("link", { name: "Close" }).click();
  await expect(segments.row(loyal)).toBeVisible();
});

test("what somebody else saved meanwhile is loaded or saved over, as one chooses", async ({ page, problems, signIn }) => {
  problems.expect(/\b412\b/);
  const segments = new SegmentsPage(page);
  const system = new SystemPage(page);
  await signIn("contributor");
  await segments.goto();
  await segments.fromMenu(countries, "Edit");
  const pane = await new SegmentPane(page, "Edit segment").opened();
  await expect(pane.statement).toHaveValue(/GROUP BY "country"$/);
  // Somebody else is faster.
  const listed = await system.call<Named[]>("segments");
  const { id, version } = listed.find((one) => one.name === countries)!;
  const definition = { sql: { sql: "SELECT country, COUNT(*) AS people FROM customers GROUP BY country ORDER BY 1" } };
  await system.call("segments/update", { id, version, draft: { name: countries, definition } });
  await pane.statement.fill("SELECT country FROM customers");
  await pane.save.click();
  await expect(pane.conflict).toBeVisible();
  await expect(pane.statement).toHaveValue("SELECT country FROM customers");
  await expectAccessible(page);
  await pane.dialog.getByRole("button", { name: "Load their version" }).click();
  await expect(pane.statement).toHaveValue(/ORDER BY 1$/);
  await expect(pane.conflict).toHaveCount(0);

  // And once more: what is typed now is what stays.
  await system.call("segments/update", { id, version: version + 1, draft: { name: "Of somebody else", definition } });
  await pane.name.fill(`${countries}, ordered`);
  await pane.save.click();
  await expect(pane.conflict).toBeVisible();
  await pane.dialog.getByRole("button", { name: "Save mine over it" }).click();
  await expect(pane.dialog).toBeHidden();
  await expect(segments.row(`${countries}, ordered`)).toBeVisible();
  await segments.fromMenu(`${countries}, ordered`, "Refresh now");
  await expect(page.getByRole("status").filter({ hasText: "is being refreshed" })).toBeVisible();
});

test("what exports of others send is saved as a new segment", async ({ page, server, signIn }) => {
  const segments = new SegmentsPage(page);
  const system = new SystemPage(page);
  await signIn("admin");
  await segments.goto();
  const listed = await system.call<Named[]>("segments");
  const segment = listed.find((one) => one.name === loyal)!;
  const connection_id = await OwnExports.privateConnection(system, server);
  const draft = { name: hidden, connection_id, items: [{ table_id: segment.id }], enabled: false };
  await system.call("exports/create", { draft });

  await signIn("contributor");
  await segments.goto(`?pane=edit/${segment.id}`);
  const pane = await new SegmentPane(page, "Edit segment").opened();
  await expect(pane.dialog).toContainText("This segment cannot be changed by you");
  await expect(pane.dialog).toContainText(hidden);
  await expect(pane.save).toHaveCount(0);
  await expect(pane.name).toHaveValue(copy);
  await pane.dialog.getByRole("button", { name: "Remove group 1" }).click();
  await expect(pane.sentence).toHaveText("Rows where country is “GB”");
  await pane.saveAsNew.click();
  await expect(pane.dialog).toBeHidden();
  await expect(segments.row(copy)).toContainText("Successful", { timeout: 30_000 });
  const details = await segments.open(loyal);
  await expect(details.locator(".condition-sentence")).toContainText("newsletter is true");
});

test("a viewer sees what a segment takes and its first rows, and changes nothing", async ({ page, signIn }) => {
  const segments = new SegmentsPage(page);
  await signIn("viewer");
  await segments.goto();
  await segments.hydrated();
  const add = segments.commands.getByRole("link", { name: "New segment" });
  await expect(add).toHaveAttribute("aria-disabled", "true");
  await expect(add).toHaveAttribute("title", "Viewers cannot change segments");

  // The menu of a row has all commands; those that are not for viewers can be reached, and say why.
  await segments.row(loyal).getByRole("link", { name: `Commands for ${loyal}` }).click();
  const command = (name: string) => page.getByRole("menuitem", { name, exact: true });
  await expect(command("View")).toBeFocused();
  await expect(command("View")).not.toHaveAttribute("aria-disabled");
  for (const name of ["Refresh now", "Edit", "Manage exports", "Remove", "View", "Refresh now"]) {
    await page.keyboard.press("ArrowDown");
    await expect(command(name), "the arrow key goes through all of them, and round").toBeFocused();
  }
  for (const name of ["Refresh now", "Edit", "Remove"]) {
    await expect(command(name)).toHaveAttribute("aria-disabled", "true");
    await expect(command(name)).toHaveAttribute("title", "Viewers cannot change segments");
  }
  await page.keyboard.press("Enter");
  await expect(command("Remove"), "the menu stays open").toBeVisible();
  await page.keyboard.press("Escape");
  await expect(command("View")).toBeHidden();
  await expect(page).not.toHaveURL(/pane=/);
  const details = await segments.open(loyal);
  await expect(details.locator(".condition-sentence")).toContainText("Rows where country is “GB”");
  await expect(details.getByRole("rowheader", { name: "loyalty_points" })).toBeVisible();
  await expect(details.getByRole("heading", { name: "First rows" })).toBeVisible();
  await expect(details.getByRole("link", { name: "Edit" })).toHaveAttribute("aria-disabled", "true");
  await expect(details.getByRole("button", { name: "Refresh now" })).toHaveAttribute("aria-disabled", "true");

  await segments.goto("?pane=new");
  const refused = segments.pane("New segment");
  await expect(refused).toContainText("Viewers can look, not change");
  await expect(refused.getByRole("button", { name: "Save" })).toHaveCount(0);

  await segments.goto("?tab=removed");
  await expect(page.getByRole("main")).toContainText("Viewers cannot change segments");
  await expect(segments.table).toHaveCount(0);
});

test("what is made elsewhere comes into the list, and the rows that are there stay, with the focus", async ({
  page,
  server,
  signIn,
}) => {
  const furniture = await Furniture.of(server);
  const segments = new SegmentsPage(page);
  await signIn("viewer");
  await segments.goto();
  const link = segments.row(loyal).getByRole("rowheader").getByRole("link");
  await link.focus();
  await link.evaluate((element) => Object.assign(element, { marked: true }));
  // The server tells of it, and then of each step of its evaluation.
  await furniture.segment(later);
  await expect(segments.row(later)).toContainText("Successful", { timeout: 30_000 });
  await expect(link).toBeFocused();
  expect(await link.evaluate((element) => "marked" in element)).toBe(true);
});

test("a removed segment can be restored, and is evaluated again", async ({ page, signIn }) => {
  const segments = new SegmentsPage(page);
  await signIn("contributor");
  await segments.goto();
  await segments.fromMenu(later, "Remove");
  const question = page.getByRole("alertdialog");
  await expect(question).toContainText("It can be restored for 30 days, under Removed.");
  await question.getByRole("button", { name: "Remove" }).click();
  await expect(question).toBeHidden();
  await expect(segments.row(later)).toHaveCount(0);

  await segments.tabs.getByRole("link", { name: "Removed" }).click();
  await expect(page).toHaveTitle(/^Removed, segments/);
  await expect(segments.row(later)).toContainText("Conditions");
  await expectAccessible(page);
  await segments.row(later).getByRole("button", { name: `Restore ${later}` }).click();
  await expect(page.getByText(`${later} was restored; it is being refreshed`)).toBeVisible();
  await expect(segments.row(later)).toHaveCount(0);
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName), "the focus is not lost").not.toBe("BODY");
  await segments.tabs.getByRole("link", { name: "Segments", exact: true }).click();
  await expect(segments.row(later)).toContainText("Successful", { timeout: 30_000 });
});

test.describe("in French", () => {
  test.use({ locale: "fr-FR" });

  test("a segment is built, told and listed in French", async ({ page, signIn }) => {
    const segments = new SegmentsPage(page);
    await signIn("contributor");
    await segments.goto("?pane=new");
    const pane = await new SegmentPane(page, "Nouveau segment").opened();
    await pane.table.selectOption({ label: "customers" });
    await pane.dialog.getByRole("combobox", { name: "Colonne de la condition 1" }).selectOption("country");
    await pane.dialog.getByRole("combobox", { name: "Comparaison de la condition 1" }).selectOption("is_not");
    await pane.dialog.getByRole("textbox", { name: "Valeur de la condition 1" }).fill("FR");
    await expect(pane.sentence).toHaveText("Lignes où country n’est pas «\u00a0FR\u00a0»");
    await expect(pane.count).toHaveText(/^[\d\s]+ sur 50\s000 lignes$/);
    await expect(pane.dialog.getByRole("heading", { name: "Aperçu" })).toBeVisible();
    await expect(pane.dialog.getByRole("option", { name: "Toutes les conditions" })).toHaveCount(1);
    await expect(pane.dialog.getByRole("option", { name: "Au moins une des conditions" })).toHaveCount(1);
    // What the rows hold is nobody's French.
    const text = await pane.dialog.locator(".form > :not(.form-section)").allInnerTexts();
    expect(text.join("\n"), "no straight apostrophe between letters").not.toMatch(/\p{L}'\p{L}/u);
    expect(text.join("\n"), "no plain space before : ; ? !").not.toMatch(/ [:;?!]/);

    await pane.dialog.getByRole("link", { name: "Fermer" }).click();
    await new LeaveQuestion(page).leave.click();
    await expect(pane.dialog).toBeHidden();
    await expect(segments.table.getByRole("columnheader", { name: "Membres" })).toBeVisible();
  });
});

test("what this file made is removed, the exports first", async ({ page, signIn }) => {
  const segments = new SegmentsPage(page);
  const exports = new ExportsPage(page);
  await signIn("admin");
  for (const name of [sending, hidden]) {
    await exports.goto();
    await exports.hydrated();
    await exports.select(name);
    await exports.command("Remove").click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await expect(exports.row(name)).toHaveCount(0);
  }
  await segments.goto();
  for (const name of [loyal, copy, `${countries}, ordered`, later]) {
    await segments.fromMenu(name, "Remove");
    const question = page.getByRole("alertdialog");
    await expect(question).toContainText("No export uses it.");
    await question.getByRole("button", { name: "Remove" }).click();
    await expect(segments.row(name)).toHaveCount(0);
  }
  await expect(segments.table).toContainText("No segments yet");
});
