import { Furniture } from "../../fixtures/furniture.ts";
import { forEveryone, mayWrite, mayWriteAll } from "../../fixtures/matrix.ts";
import { expect, test } from "../../fixtures/test.ts";
import { command } from "../../fixtures/words.ts";
import { ExportPane } from "../../pages/export-pane.ts";
import { ExportsPage } from "../../pages/exports.ts";

forEveryone(({ language, role, words }) => {
  const name = `Edited by ${role} in ${language}`;
  const reserved = `Reserved, for ${role} in ${language}`;

  if (mayWrite(role)) {
    test("edits an export: its values are there, others are saved", async ({ page, server }) => {
      const furniture = await Furniture.of(server);
      const id = await furniture.export(name);
      const exports = new ExportsPage(page);
      await exports.goto(`?q=${encodeURIComponent(name)}`);
      await exports.hydrated();
      await exports.select(name);
      await exports.command(command(words.edit)).click();
      const pane = await new ExportPane(page, words.editExport).opened();
      await expect(pane.name).toHaveValue(name);
      await expect(pane.table("orders")).toBeChecked();
      await pane.name.fill(`${name}, once more`);
      await pane.table("customers").check();
      await pane.save.click();
      await expect(pane.dialog).toBeHidden();
      await expect(exports.row(`${name}, once more`)).toBeVisible();
      await expect(exports.row(name)).toHaveCount(0);
      const saved = await furniture.read<{ items: unknown[]; version: number }>(id);
      expect(saved?.version).toBe(2);
      expect(saved?.items).toHaveLength(2);
    });
  }

  if (!mayWriteAll(role)) {
    test("finds View in place of Edit where the connection is not shared", async ({ page, server }) => {
      const furniture = await Furniture.of(server);
      await furniture.export(reserved, { connection: "Administrators only" });
      const exports = new ExportsPage(page);
      await exports.goto(`?q=${encodeURIComponent(reserved)}`);
      await exports.hydrated();
      await exports.select(reserved);
      await expect(exports.command(command(words.view))).toBeVisible();
      await expect(exports.command(command(words.edit))).toHaveCount(0);
    });
  }
});
