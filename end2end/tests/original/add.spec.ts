import { Furniture } from "../../fixtures/furniture.ts";
import { forEveryone, mayWrite, mayWriteAll } from "../../fixtures/matrix.ts";
import { expectRefused } from "../../fixtures/refusal.ts";
import { expect, test } from "../../fixtures/test.ts";
import { command, startsWith } from "../../fixtures/words.ts";
import { ExportPane } from "../../pages/export-pane.ts";
import { ExportsPage } from "../../pages/exports.ts";

forEveryone(({ language, role, words }) => {
  if (mayWrite(role)) {
    test("adds an export: connection, grouped by type, table, name; saving does not run it", async ({ page, server }) => {
      const furniture = await Furniture.of(server);
      await furniture.connection("Administrators only");
      const exports = new ExportsPage(page);
      const name = `Added by ${role} in ${language}`;
      await exports.goto();
      await exports.hydrated();
      await exports.command(command(words.addExport)).click();
      const pane = await new ExportPane(page, words.setUpExport).opened();
      const group = pane.connection.locator("optgroup");
      await expect(group).toHaveAttribute("label", words.localFolder);
      await expect(group.locator("option", { hasText: "Demo folder" })).toHaveCount(1);
      const reserved = group.locator("option", { hasText: "Administrators only" });
      await expect(reserved).toHaveCount(mayWriteAll(role) ? 1 : 0);
      await pane.chooseConnection("Demo folder");
      await pane.table("customers").check();
      await pane.name.fill(name);
      await pane.save.click();
      await expect(pane.dialog).toBeHidden();
      await expect(exports.row(name)).toContainText(words.notStarted);
      await expect(exports.row(name)).toContainText(words.never);
      await expect(exports.row(name)).toContainText(words.systemRefresh);
      await expect(exports.row(name)).toContainText("Demo folder");
    });
  } else {
    test("cannot add an export, and is told who can", async ({ page }) => {
      const exports = new ExportsPage(page);
      await exports.goto();
      await exports.hydrated();
      await expectRefused(exports.command(command(words.addExport)), words.viewersCannotAdd);
      await exports.goto("?pane=new");
      const pane = exports.pane(startsWith(words.setUpExport));
      await expect(pane).toContainText(words.viewersCannotAdd);
      await expect(pane).toContainText(words.emptyForViewers);
      await expect(pane.getByRole("textbox")).toHaveCount(0);
      // Another try would not help: closing is all there is to do.
      await expect(pane.getByRole("link").or(pane.getByRole("button"))).toHaveText([words.close]);
      await pane.getByRole("link", { name: words.close }).click();
      await expect(pane).toHaveCount(0);
    });
  }
});
