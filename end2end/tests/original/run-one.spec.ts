import { Furniture } from "../../fixtures/furniture.ts";
import { forEveryone, mayWrite } from "../../fixtures/matrix.ts";
import { expectRefused } from "../../fixtures/refusal.ts";
import { expect, test } from "../../fixtures/test.ts";
import { command } from "../../fixtures/words.ts";
import { ExportsPage } from "../../pages/exports.ts";
import { RunPane } from "../../pages/run-pane.ts";

forEveryone(({ language, role, words }) => {
  const name = `Run by ${role} in ${language}`;

  test(mayWrite(role) ? "runs one export, even with its schedule off" : "cannot run an export, and is told why", async ({
    page,
    server,
  }) => {
    const furniture = await Furniture.of(server);
    const id = await furniture.export(name, { enabled: false });
    const exports = new ExportsPage(page);
    await exports.goto(`?q=${encodeURIComponent(name)}`);
    await exports.hydrated();
    await exports.select(name);
    const run = exports.command(command(words.run));
    if (!mayWrite(role)) {
      await expectRefused(run, words.viewOnlyReason);
      expect(await furniture.runs(id)).toBe(0);
      return;
    }
    await run.click();
    const pane = await new RunPane(page).opened();
    await pane.ends(words.successful);
    await expect(pane.dialog).toContainText(words.waybill);
    await page.keyboard.press("Escape");
    await expect(pane.dialog).toBeHidden();
    await expect(exports.row(name)).toContainText(words.successful);
    await expect(exports.row(name)).not.toContainText(words.never);
    expect(await furniture.runs(id)).toBe(1);
  });
});
