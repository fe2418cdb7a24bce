import { inEachLanguage } from "../fixtures/matrix.ts";
import { expectRefused } from "../fixtures/refusal.ts";
import { expect, test } from "../fixtures/test.ts";
import { command } from "../fixtures/words.ts";
import { ConnectionsPage } from "../pages/connections.ts";
import { DataPage } from "../pages/data.ts";
import { ExportsPage } from "../pages/exports.ts";

const writing = ["Add export", "Run", "Edit", "Create duplicate", "Schedule", "Detach connection", "Remove"];

test("a viewer reads, and no command that writes is open to them", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("viewer");
  await exports.goto();
  await exports.hydrated();
  const [first] = await exports.names();
  await expect(exports.row(first!)).toContainText("View only");
  await exports.select(first!);
  for (const name of writing) {
    const command = exports.command(new RegExp(`^${name}`));
    if ((await command.count()) === 0) continue;
    await expect(command.first(), name).toHaveAttribute("aria-disabled", "true");
  }
  await exports.command("View").click();
  await expect(exports.pane()).toBeVisible();
  await expect(exports.pane().getByRole("button", { name: /^Save/ })).toHaveCount(0);
});

inEachLanguage(({ words }) => {
  test("the menu of a row lets a viewer look, and says of every command that writes why it does nothing", async ({
    page,
    signIn,
  }) => {
    const exports = new ExportsPage(page);
    await signIn("viewer");
    await exports.goto();
    await exports.hydrated();
    const name = "Orders archive";
    await exports.row(name).getByRole("link", { name: words.commandsFor(name), exact: true }).click();
    const usable = page.getByRole("menuitem", { disabled: false });
    await expect(usable).toHaveText([words.view, words.runs, words.history].map(command));
    await expect(page.getByRole("menuitem", { name: command(words.edit) })).toHaveCount(0);
    for (const writes of [words.run, words.createDuplicate, words.scheduleCommand, words.remove]) {
      await expectRefused(page.getByRole("menuitem", { name: command(writes) }), words.viewOnlyReason);
    }
    await usable.first().click();
    await expect(exports.pane(words.exportDetails)).toContainText(name);
  });
});

test("the pages of administrators are closed to others, with words and a way back", async ({
  page,
  problems,
  signIn,
}) => {
  problems.expect(/403/);
  for (const role of ["viewer", "contributor"] as const) {
    await signIn(role);
    await page.goto("/administration/connections");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByRole("table")).toHaveCount(0);
    await expect(page.getByRole("main").getByRole("link").first()).toBeVisible();
    await expect(new ExportsPage(page).navigation.getByRole("link", { name: "Connections" })).toHaveCount(0);
  }
});

test("commands on sources and tables that are not for the person are shown and say why", async ({ page, signIn }) => {
  const data = new DataPage(page);
  const why = "Only administrators can do this";
  await signIn("contributor");
  await data.gotoSources();
  await data.hydrated();
  await data.row("Demo data").locator("td.act").getByRole("link").click();
  await expect(page.getByRole("menuitem")).toHaveText(["Tables", "Refresh", "Edit", "Remove"]);
  for (const name of ["Refresh", "Edit", "Remove"]) {
    const command = page.getByRole("menuitem", { name, exact: true });
    await expect(command, name).toHaveAttribute("aria-disabled", "true");
    await expect(command, name).toHaveAttribute("title", why);
  }
  await page.keyboard.press("Escape");
  await data.gotoTables();
  await data.hydrated();
  const pane = await data.open("customers");
  const correct = pane.getByRole("link", { name: "Correct types" });
  await expect(correct).toHaveAttribute("aria-disabled", "true");
  await expect(correct).toHaveAttribute("title", why);
});

test("an administrator sees connections without any secret in the page", async ({ page, signIn }) => {
  const connections = new ConnectionsPage(page);
  await signIn("admin");
  await connections.goto();
  await expect(connections.table.getByRole("rowheader").first()).toBeVisible();
});

test("a viewer's preview masks personal columns that a contributor reads", async ({ page, signIn }) => {
  const data = new DataPage(page);
  const previews: string[] = [];
  for (const role of ["contributor", "viewer"] as const) {
    await signIn(role);
    await data.gotoTables();
    await data.hydrated();
    const pane = await data.open("customers");
    const preview = pane.getByRole("table").last();
    await expect(preview.getByRole("row").nth(1)).toBeVisible();
    previews.push(await preview.innerText());
  }
  expect(previews[0]).toContain("@");
  expect(previews[1]).not.toContain("@");
});
