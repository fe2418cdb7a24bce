import { expectAccessible } from "../fixtures/axe.ts";
import { Furniture } from "../fixtures/furniture.ts";
import { inEachLanguage } from "../fixtures/matrix.ts";
import { Rest } from "../fixtures/rest.ts";
import { expect, test } from "../fixtures/test.ts";
import { ExportPane } from "../pages/export-pane.ts";
import { ExportsPage } from "../pages/exports.ts";
import { HistoryPane } from "../pages/history-pane.ts";
import { SystemPage } from "../pages/system.ts";

type Export = { enabled: boolean; name: string; version: number };
type Details = {
  row: { name: string; version: number; connection: { id: string }; enabled: boolean; schedule: unknown };
  items: { table_id: string; fields: unknown; include_new: boolean }[];
  options: object;
  folder: string;
};

/** Saves an export as somebody else would, with other options or another name. */
async function saveElsewhere(
  system: SystemPage,
  id: string,
  change: { name?: string; options?: Record<string, unknown> },
): Promise<void> {
  const { row, items, options, folder } = await system.call<Details>("exports/get", { id });
  const draft = {
    name: change.name ?? row.name,
    connection_id: row.connection.id,
    items: items.map(({ table_id, fields, include_new }) => ({ table_id, fields, include_new })),
    options: { ...options, ...change.options },
    folder,
  };
  await system.call("exports/update", { id, version: row.version, draft });
}

inEachLanguage(({ language, words }) => {
  test("the history tells who changed what, and takes an older version again", async ({ page, server, signIn }) => {
    const name = `Changed in ${language}`;
    const furniture = await Furniture.of(server);
    const id = await furniture.export(name);
    await signIn("contributor");
    const exports = new ExportsPage(page);
    await exports.goto(`?q=${encodeURIComponent(name)}`);
    await exports.hydrated();
    const other = `${name}, renamed`;
    await saveElsewhere(new SystemPage(page), id, { name: other, options: { null_text: "NULL" } });

    await exports.goto(`?pane=history/${id}`);
    await exports.hydrated();
    const history = await new HistoryPane(page, words).opened();
    await expect(history.changes).toHaveCount(2);
    const [newest, first] = [history.changes.first(), history.changes.last()];
    await expect(history.difference(newest, words.displayName)).toHaveText([name, other]);
    await expect(newest.getByRole("row")).toHaveCount(3);
    await expect(newest.getByRole("columnheader", { name: words.before, exact: true })).toBeVisible();
    await expect(history.restore(newest)).toHaveCount(0);
    await expectAccessible(page);

    await history.restore(first).click();
    await expect(history.changes).toHaveCount(3);
    await expect(history.difference(newest, words.displayName)).toHaveText([other, name]);
    expect(await furniture.read<Export>(id)).toMatchObject({ name, version: 3 });
  });

  test("two people who edit see both values, and choose", async ({ page, problems, server, signIn }) => {
    problems.expect(/\b412\b/);
    const name = `Edited twice in ${language}`;
    const furniture = await Furniture.of(server);
    const id = await furniture.export(name);
    await signIn("admin");
    const exports = new ExportsPage(page);
    await exports.goto(`?pane=edit/${id}`);
    await exports.hydrated();
    const pane = exports.pane(words.editExport);
    const field = pane.getByRole("textbox", { name: words.displayName });
    await field.fill(`${name}, mine`);
    await saveElsewhere(new SystemPage(page), id, { name: `${name}, theirs`, options: { null_text: "NULL" } });
    await pane.getByRole("button", { name: words.save, exact: true }).click();

    const both = pane.getByRole("table", { name: words.differences });
    const cells = (of: string) =>
      both
        .getByRole("row")
        .filter({ has: page.getByRole("rowheader", { name: of, exact: true }) })
        .getByRole("cell");
    await expect(both.getByRole("columnheader")).toHaveText(
      language === "en" ? ["Field", "Before", "Theirs", "Yours"] : ["Champ", "Avant", "L’autre", "La vôtre"],
    );
    await expect(cells(words.displayName)).toHaveText([name, `${name}, theirs`, `${name}, mine`]);
    await expect(both.getByRole("row")).toHaveCount(3);
    await expectAccessible(page);
    await pane.getByRole("button", { name: /Save mine over it|Enregistrer la mienne par-dessus/ }).click();
    await expect(pane).toBeHidden();
    expect(await furniture.read<Export>(id)).toMatchObject({ name: `${name}, mine`, version: 3 });
  });
});

test("loading their version starts over from it", async ({ page, problems, server, signIn }) => {
  problems.expect(/\b412\b/);
  const name = "Started over";
  const id = await (await Furniture.of(server)).export(name);
  await signIn("admin");
  const exports = new ExportsPage(page);
  await exports.goto(`?pane=edit/${id}`);
  await exports.hydrated();
  const pane = await new ExportPane(page, "Edit export").opened();
  await pane.name.fill(`${name}, mine`);
  await saveElsewhere(new SystemPage(page), id, { name: `${name}, theirs` });
  await pane.save.click();
  await pane.dialog.getByRole("button", { name: "Load their version" }).click();
  await expect(pane.name).toHaveValue(`${name}, theirs`);
  await pane.save.click();
  await expect(pane.dialog).toBeHidden();
});

test("a schedule of several is one step, and is taken back as one", async ({ page, server, signIn }) => {
  const furniture = await Furniture.of(server);
  const ids = await furniture.exports(["Together, one", "Together, two"]);
  const rest = await Rest.asAdministrator(server);
  await rest.ask("POST", "exports/schedule", { ids, mode: "keep", enabled: false });
  await signIn("contributor");
  const exports = new ExportsPage(page);
  await exports.goto(`?pane=history/${ids[0]}`);
  await exports.hydrated();
  const history = await new HistoryPane(page).opened();
  const newest = history.changes.first();
  await expect(newest).toContainText("In one step: 2 exports");
  await expect(history.difference(newest, "Schedule run")).toHaveText(["On", "Off"]);
  await newest.getByRole("button", { name: "Undo for all 2 exports" }).click();
  await expect(history.changes).toHaveCount(3);
  for (const id of ids) expect(await furniture.read<Export>(id)).toMatchObject({ enabled: true });
});

test("who may only look sees the history, and restores nothing", async ({ page, server, signIn }) => {
  const furniture = await Furniture.of(server);
  const id = await furniture.export("Looked back at", { connection: "Administrators only" });
  const rest = await Rest.asAdministrator(server);
  await rest.ask("POST", "exports/schedule", { ids: [id], mode: "keep", enabled: false });
  const exports = new ExportsPage(page);
  for (const role of ["contributor", "viewer"] as const) {
    await signIn(role);
    await exports.goto(`?pane=history/${id}`);
    await exports.hydrated();
    const history = await new HistoryPane(page).opened();
    await expect(history.changes).toHaveCount(2);
    await expect(history.changes.getByRole("button")).toHaveCount(0);
  }
});

test("runs and history are two panes, each a command of its own", async ({ page, server, signIn }) => {
  const name = "Told apart";
  const furniture = await Furniture.of(server);
  await furniture.run(await furniture.export(name));
  await signIn("viewer");
  const exports = new ExportsPage(page);
  await exports.goto(`?q=${encodeURIComponent(name)}`);
  await exports.hydrated();
  await exports.fromMenu(name, /^Runs/);
  await expect(exports.runs().getByRole("rowheader")).toHaveText(["Successful"]);
  await page.keyboard.press("Escape");
  await exports.fromMenu(name, /^History/);
  await expect((await new HistoryPane(page).opened()).changes).toHaveCount(1);
});
