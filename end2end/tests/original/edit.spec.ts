import type { Page } from "@playwright/test";

import { Furniture } from "../../fixtures/furniture.ts";
import { forEveryone, mayWrite, mayWriteAll } from "../../fixtures/matrix.ts";
import type { Server } from "../../fixtures/server.ts";
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

  /** Finds View in place of Edit for an export of this name on this connection. */
  async function findsView(page: Page, server: Server, name: string, connection: string): Promise<void> {
    await (await Furniture.of(server)).export(name, { connection });
    const exports = new ExportsPage(page);
    await exports.goto(`?q=${encodeURIComponent(name)}`);
    await exports.hydrated();
    await exports.select(name);
    await expect(exports.command(command(words.view))).toBeVisible();
    await expect(exports.command(command(words.edit))).toHaveCount(0);
  }

  if (!mayWriteAll(role)) {
    test("finds View in place of Edit where the connection is not shared", async ({ page, server }) => {
      await findsView(page, server, reserved, "Administrators only");
    });
  }

  if (!mayWrite(role)) {
    test("finds View in place of Edit where the connection is shared, too", async ({ page, server }) => {
      await findsView(page, server, name, "Demo folder");
    });
  }
});
