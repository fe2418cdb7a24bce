import { Furniture } from "../../fixtures/furniture.ts";
import { forEveryone, mayWrite } from "../../fixtures/matrix.ts";
import { expectRefused } from "../../fixtures/refusal.ts";
import { expect, test } from "../../fixtures/test.ts";
import { command } from "../../fixtures/words.ts";
import { ExportPane } from "../../pages/export-pane.ts";
import { ExportsPage } from "../../pages/exports.ts";

forEveryone(({ language, role, words }) => {
  const name = `Pattern of ${role} in ${language}`;

  if (mayWrite(role)) {
    test("defines an export from an existing one: all but name and schedule is there, nothing is made before saving", async ({
      page,
      server,
    }) => {
      const furniture = await Furniture.of(server);
      await furniture.export(name, { table: "web_events", options: { format: "jsonl" } });
      const exports = new ExportsPage(page);
      await exports.goto(`?q=${encodeURIComponent(name)}`);
      await exports.hydrated();
      await exports.select(name);
      await exports.command(command(words.createDuplicate)).click();
      const pane = await new ExportPane(page, words.setUpExport).opened();
      const copy = words.copyOf(name);
      await expect(pane.name).toHaveValue(copy);
      await expect(pane.format.getByRole("radio", { name: "JSON Lines" })).toBeChecked();
      await expect(pane.table("web_events")).toBeChecked();
      await expect(pane.dialog.getByRole("switch", { name: words.scheduleRun })).not.toBeChecked();
      await expect(exports.row(copy)).toHaveCount(0);
      await pane.save.click();
      await expect(pane.dialog).toBeHidden();
      await expect(exports.row(copy)).toContainText(words.notStarted);
      await expect(exports.row(copy)).toContainText(words.off);
      await expect(exports.row(name)).toContainText(words.systemRefresh);
    });
  } else {
    test("cannot define an export from an existing one, and is told why", async ({ page, server }) => {
      await (await Furniture.of(server)).export(name);
      const exports = new ExportsPage(page);
      await exports.goto(`?q=${encodeURIComponent(name)}`);
      await exports.hydrated();
      await exports.select(name);
      await expectRefused(exports.command(command(words.createDuplicate)), words.viewOnlyReason);
    });
  }
});
