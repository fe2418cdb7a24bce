import { expectAccessible } from "../fixtures/axe.ts";
import { Furniture } from "../fixtures/furniture.ts";
import { inEachLanguage } from "../fixtures/matrix.ts";
import { expect, test } from "../fixtures/test.ts";
import { ExportsPage } from "../pages/exports.ts";

inEachLanguage(({ language, words }) => {
  const title = language === "fr" ? "Raccourcis clavier" : "Keyboard shortcuts";

  test("keys search, add, run and explain themselves, but never while somebody types", async ({
    page,
    server,
    signIn,
  }) => {
    const furniture = await Furniture.of(server);
    const name = `Run by a key in ${language}`;
    const id = await furniture.export(name);
    await signIn("contributor");
    const exports = new ExportsPage(page);
    await exports.goto(`?q=${encodeURIComponent(name)}`);
    await exports.hydrated();
    await page.keyboard.press("/");
    await expect(exports.search).toBeFocused();
    await page.keyboard.press("End");
    await page.keyboard.type("?n");
    await expect(exports.search).toHaveValue(`${name}?n`);
    await expect(exports.pane()).toHaveCount(0);
    // The list follows what is typed: what is chosen before it has goes with its row.
    await expect(exports.row(name)).toHaveCount(0);
    await exports.search.fill(name);

    await exports.select(name);
    await page.keyboard.press("r");
    await expect(page).toHaveURL(/pane=run\//);
    expect(await furniture.runs(id)).toBe(1);
    await page.keyboard.press("n");
    await expect(page, "a pane is open").toHaveURL(/pane=run\//);
    await page.keyboard.press("Escape");
    await expect(exports.pane()).toHaveCount(0);
    await exports.heading.click();
    await page.keyboard.press("n");
    await expect(exports.pane(words.setUpExport)).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(exports.pane()).toHaveCount(0);
    await page.keyboard.press("?");
    await expect(exports.pane(title)).toBeVisible();
    await expectAccessible(page);
  });

  test("the keys can be switched off, and on again", async ({ page, signIn }) => {
    await signIn("admin");
    const exports = new ExportsPage(page);
    await exports.goto("?pane=shortcuts");
    await exports.hydrated();
    const [off, on] = language === "fr" ? ["Désactiver", "Activer"] : ["Switch off", "Switch on"];
    await exports.pane(title).getByRole("button", { name: off, exact: true }).click();
    await expect(page).not.toHaveURL(/pane=/);
    await exports.hydrated();
    await page.keyboard.press("/");
    await page.keyboard.press("?");
    await expect(exports.search).not.toBeFocused();
    await expect(exports.pane()).toHaveCount(0);
    await exports.goto("?pane=shortcuts");
    await exports.pane(title).getByRole("button", { name: on, exact: true }).click();
    await expect(page).not.toHaveURL(/pane=/);
    await exports.hydrated();
    await page.keyboard.press("?");
    await expect(exports.pane(title)).toBeVisible();
  });
});
