import { delivered } from "../../fixtures/delivered.ts";
import { Furniture } from "../../fixtures/furniture.ts";
import { forEveryone, mayWrite } from "../../fixtures/matrix.ts";
import { expectRefused } from "../../fixtures/refusal.ts";
import { expect, test } from "../../fixtures/test.ts";
import { command } from "../../fixtures/words.ts";
import { ExportsPage } from "../../pages/exports.ts";

forEveryone(({ language, role, words }) => {
  const name = `Removed by ${role} in ${language}`;

  test(mayWrite(role)
    ? "removes an export after a question that says what stays"
    : "cannot remove an export, and is told why", async ({ page, server }) => {
    const furniture = await Furniture.of(server);
    const id = await furniture.export(name);
    const exports = new ExportsPage(page);
    await exports.goto(`?q=${encodeURIComponent(name)}`);
    await exports.hydrated();
    await exports.select(name);
    const remove = exports.command(command(words.remove));
    if (!mayWrite(role)) {
      await expectRefused(remove, words.viewOnlyReason);
      expect(await furniture.read(id)).not.toBeNull();
      return;
    }
    await furniture.run(id);
    const before = (await delivered(server.data, ".csv")).length;
    await remove.click();
    const question = page.getByRole("alertdialog", { name: words.removeQuestion(name) });
    await expect(question).toHaveAccessibleDescription(new RegExp(`${words.staysInPlace}.*: \\d+ .*30`));
    await expect(question.getByRole("link", { name: words.keepIt })).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(question).toBeHidden();
    await expect(exports.row(name)).toBeVisible();
    await remove.click();
    await question.getByRole("button", { name: command(words.remove) }).click();
    await expect(exports.row(name)).toHaveCount(0);
    expect(await furniture.read(id)).toBeNull();
    expect((await delivered(server.data, ".csv")).length).toBe(before);
  });
});
