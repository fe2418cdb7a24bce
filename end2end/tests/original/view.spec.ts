import { Furniture } from "../../fixtures/furniture.ts";
import { forEveryone, mayWriteAll } from "../../fixtures/matrix.ts";
import { expect, test } from "../../fixtures/test.ts";
import { command } from "../../fixtures/words.ts";
import { ExportsPage } from "../../pages/exports.ts";
import { RunPane } from "../../pages/run-pane.ts";

forEveryone(({ language, role, words }) => {
  test("views an export: its configuration, nothing to change, and Close leads back", async ({ page, server }) => {
    const name = `Viewed by ${role} in ${language}`;
    const furniture = await Furniture.of(server);
    const id = await furniture.export(name, { connection: "Administrators only" });
    const exports = new ExportsPage(page);
    await exports.goto(`?q=${encodeURIComponent(name)}`);
    await exports.hydrated();
    if (mayWriteAll(role)) {
      // Who may edit finds Edit there: to the details leads the name of the export at its runs.
      await furniture.run(id);
      await exports.status(name).getByRole("link").click();
      const run = await new RunPane(page).opened();
      await run.facts.getByRole("link", { name, exact: true }).click();
    } else {
      await exports.select(name);
      await exports.command(command(words.view)).click();
    }
    const pane = exports.pane(words.exportDetails);
    await expect(pane).toContainText(name);
    await expect(pane).toContainText("orders");
    await expect(pane).toContainText("Administrators only");
    await expect(pane.getByRole("textbox")).toHaveCount(0);
    await expect(pane.getByRole("button", { name: words.save })).toHaveCount(0);
    await pane.getByRole("link", { name: words.close }).first().click();
    await expect(pane).toBeHidden();
    await expect(exports.row(name)).toBeVisible();
  });
});
