import { expectAccessible } from "../fixtures/axe.ts";
import { Furniture } from "../fixtures/furniture.ts";
import { inEachLanguage } from "../fixtures/matrix.ts";
import { expectRefused } from "../fixtures/refusal.ts";
import { expect, people, test } from "../fixtures/test.ts";
import { command } from "../fixtures/words.ts";
import { ConnectionPane, ConnectionsPage, InUseDialog } from "../pages/connections.ts";
import { ExportPane } from "../pages/export-pane.ts";
import { ExportsPage } from "../pages/exports.ts";
import { LeaveQuestion } from "../pages/leave-question.ts";
import { RunPane } from "../pages/run-pane.ts";
import { SignInPage } from "../pages/sign-in.ts";
import { SystemPage } from "../pages/system.ts";

/** The contributor of the demo. */
const contributor = "Camille Roussel";

test("the list says what a connection is, for whom, used by how many exports, and how its last test went", async ({
  page,
  server,
  signIn,
}) => {
  const furniture = await Furniture.of(server);
  await furniture.connection("Never tried");
  const connections = new ConnectionsPage(page);
  await signIn("admin");
  await connections.goto();
  await connections.hydrated();
  // One that exports use is tested by itself, every day.
  for (const said of ["Local folder", "Administrators and contributors", /\d+ exports?/, "Works"]) {
    await expect(connections.row("Demo folder")).toContainText(said);
  }
  const row = connections.row("Never tried");
  await expect(row).toContainText("Not tested yet");
  await connections.fromMenu("Never tried", "Test");
  const result = connections.result("Never tried works");
  await expect(result).toContainText("A delivery can be written to");
  await expect(result.getByRole("list", { name: "What was tried" })).toContainText("Write");
  await expect(row).toContainText("Works");
  await expectAccessible(page);
});

test("sharing takes effect in an open form of somebody else, without a reload", async ({ browser, page, server, signIn }) => {
  const furniture = await Furniture.of(server);
  await furniture.connection("Shared by and by");
  const connections = new ConnectionsPage(page);
  await signIn("admin");
  await connections.goto();
  await connections.hydrated();

  const other = await browser.newContext({ baseURL: server.address });
  try {
    const theirs = await other.newPage();
    const signInPage = new SignInPage(theirs);
    await signInPage.goto();
    await signInPage.signIn(people.contributor);
    const exports = new ExportsPage(theirs);
    await theirs.goto("/data/exports?pane=new");
    await exports.hydrated();
    const form = await new ExportPane(theirs, "Set up export").opened();
    const option = form.connection.locator("option").filter({ hasText: "Shared by and by" });
    await expect(form.connection.locator("option").filter({ hasText: "Demo folder" })).toHaveCount(1);
    await expect(option).toHaveCount(0);

    const share = async (audience: string, person?: { name: string; chosen: boolean }) => {
      const pane = await connections.edit("Shared by and by");
      await pane.radio(audience).check();
      if (person) await pane.person(person.name).setChecked(person.chosen);
      await pane.saved();
    };
    await share("Administrators and contributors");
    await expect(option, "it is offered").toHaveCount(1);
    await form.chooseConnection("Shared by and by");
    await form.name.fill("Kept while sharing changes");
    await share("Administrators");
    await expect(option, "it is no longer offered").toHaveCount(0);
    await expect(form.connection, "and no longer chosen").toHaveValue("");
    await expect(form.name).toHaveValue("Kept while sharing changes");

    await share("Administrators and chosen people", { name: contributor, chosen: true });
    await expect(option, "it is offered to whom it names").toHaveCount(1);
    await expect(connections.row("Shared by and by")).toContainText("Administrators and 1 chosen person");
    const pane = await connections.edit("Shared by and by");
    await expect(pane.person(contributor)).toBeChecked();
    await pane.person(contributor).uncheck();
    await pane.save.click();
    await expect(pane.problems).toContainText("Choose one of these");
    await pane.radio("Administrators").check();
    await pane.saved();
    await expect(option).toHaveCount(0);
  } finally {
    await other.close();
  }
});

test("a connection is paused for a reason, says so, and is resumed from its row or its form", async ({
  page,
  server,
  signIn,
}) => {
  const furniture = await Furniture.of(server);
  await furniture.connection("Paused by hand");
  const connections = new ConnectionsPage(page);
  const row = connections.row("Paused by hand");
  await signIn("admin");
  await connections.goto();
  await connections.hydrated();
  const pause = async () => {
    await connections.fromMenu("Paused by hand", "Pause");
    const pane = page.getByRole("dialog", { name: "Pause Paused by hand" });
    await pane.getByRole("textbox", { name: "Reason" }).fill("The partner moves its servers");
    await pane.getByRole("button", { name: "Pause", exact: true }).click();
    await expect(pane).toBeHidden();
    await expect(row.getByText("Paused", { exact: true })).toBeVisible();
  };
  await pause();
  const pane = await connections.edit("Paused by hand");
  await expect(pane.dialog).toContainText("The partner moves its servers");
  await pane.name.fill("Paused by hand.");
  await pane.dialog.getByRole("button", { name: "Resume" }).click();
  await expect(pane.dialog.getByText("The partner moves its servers")).toHaveCount(0);
  await pane.name.fill("Paused by hand");
  await pane.saved();
  await expect(row.getByText("Paused", { exact: true })).toHaveCount(0);

  await pause();
  await connections.fromMenu("Paused by hand", "Resume");
  await expect(page.getByText("Paused by hand is resumed").last()).toBeVisible();
  await expect(row.getByText("Paused", { exact: true })).toHaveCount(0);
});

test("one in use is removed after its exports, each detached or removed, and comes back paused", async ({
  page,
  server,
  signIn,
}) => {
  const furniture = await Furniture.of(server);
  await furniture.exports(["Stays without it", "Goes with it"], { connection: "To be removed" });
  const connections = new ConnectionsPage(page);
  await signIn("admin");
  await connections.goto();
  await connections.hydrated();
  await connections.fromMenu("To be removed", "Remove");
  const dialog = new InUseDialog(page, "To be removed");
  await expect(dialog.exports).toHaveCount(2);
  await expect(dialog.remove).toHaveAttribute("aria-disabled", "true");
  await expectAccessible(page);
  await dialog.release("Detach", "Stays without it");
  await expect(dialog.dialog, "the focus is not lost").toContainText("1 export uses this connection");
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).not.toBe("BODY");
  await dialog.release("Remove", "Goes with it");
  await dialog.remove.click();
  await expect(dialog.dialog).toBeHidden();
  await expect(connections.row("To be removed")).toHaveCount(0);
  expect(await furniture.names("Stays without it")).toEqual(["Stays without it"]);
  expect(await furniture.names("Goes with it")).toEqual([]);

  await connections.tabs.getByRole("link", { name: "Removed" }).click();
  await expectAccessible(page);
  await connections.removedRow("To be removed").getByRole("button", { name: "Restore To be removed" }).click();
  await expect(page.getByText("To be removed was restored, paused")).toBeVisible();
  await expect(page.getByText("Nothing to restore")).toBeVisible();
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName), "the focus is not lost").not.toBe("BODY");
  await connections.tabs.getByRole("link", { name: "Connections", exact: true }).click();
  await expect(connections.row("To be removed").getByText("Paused", { exact: true })).toBeVisible();
});

inEachLanguage(({ language, words }) => {
  test("a detached export cannot be run, until Edit gives it a connection again", async ({ page, server, signIn }) => {
    const name = `Without connection in ${language}`;
    const furniture = await Furniture.of(server);
    const id = await furniture.export(name);
    const exports = new ExportsPage(page);
    await signIn("admin");
    await exports.goto(`?q=${encodeURIComponent(name)}`);
    await exports.hydrated();
    await new SystemPage(page).call("exports/detach", { id });
    await expect(exports.row(name)).toContainText(words.noConnection);
    await exports.select(name);
    const run = exports.command(command(words.run));
    await expectRefused(run, words.detachedReason);
    expect(await furniture.runs(id)).toBe(0);

    await exports.command(command(words.edit)).click();
    const pane = await new ExportPane(page, words.editExport).opened();
    await expect(pane.connection).toHaveValue("");
    await pane.chooseConnection("Demo folder");
    await pane.save.click();
    await expect(pane.dialog).toBeHidden();
    await expect(exports.row(name)).toContainText("Demo folder");
    await run.click();
    await (await new RunPane(page).opened()).ends(words.successful);
  });
});

test("everything is done with the keyboard alone", async ({ page, signIn }) => {
  const connections = new ConnectionsPage(page);
  await signIn("admin");
  await connections.goto();
  await connections.hydrated();
  const button = connections.row("Demo folder").locator("td.act").getByRole("link");
  await button.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Edit" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "Test" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(connections.result("Demo folder works")).toBeVisible();
  await button.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Edit" })).toBeFocused();
  await page.keyboard.press("Enter");
  const pane = await new ConnectionPane(page, "Edit Demo folder").opened();
  await pane.test.focus();
  await page.keyboard.press("Enter");
  await expect(pane.result).toContainText("Demo folder works");
  await page.keyboard.press("Escape");
  await expect(pane.dialog).toBeHidden();
});

test.describe("in French", () => {
  test.use({ locale: "fr-FR" });

  test("the page, its form and a test speak French", async ({ page, signIn }) => {
    const connections = new ConnectionsPage(page);
    await signIn("admin");
    await connections.goto("?pane=new/local_folder");
    await connections.hydrated();
    const pane = await new ConnectionPane(page, "Configurer la connexion").opened();
    await pane.config("path").fill("/nowhere/at/all");
    await pane.test.click();
    await expect(pane.dialog).toContainText(/La connexion ne fonctionne pas|champ est à corriger/);
    await page.keyboard.press("Escape");
    await new LeaveQuestion(page).leave.click();
    await expect(pane.dialog).toBeHidden();
    for (const column of ["Dernier test", "Partagée avec", "Utilisée par"]) {
      await expect(connections.table.getByRole("columnheader", { name: column })).toBeVisible();
    }
    await connections.tabs.getByRole("link", { name: "Découvrir" }).click();
    await expect(connections.tile("Dossier local")).toContainText("Configurer");
    await connections.tabs.getByRole("link", { name: "Supprimées" }).click();
    await expect(page.getByText("Rien à restaurer")).toBeVisible();
  });
});
