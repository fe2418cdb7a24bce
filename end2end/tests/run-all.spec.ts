import { expectAccessible } from "../fixtures/axe.ts";
import { Furniture } from "../fixtures/furniture.ts";
import { inEachLanguage } from "../fixtures/matrix.ts";
import { expect, test } from "../fixtures/test.ts";
import { command } from "../fixtures/words.ts";
import { BulkDialog } from "../pages/bulk-dialog.ts";
import { ExportsPage } from "../pages/exports.ts";

inEachLanguage(({ language, words }) => {
  test("Run all says how many and where to, and runs the active exports whatever is shown", async ({
    page,
    server,
    signIn,
  }) => {
    const furniture = await Furniture.of(server);
    const active = await furniture.export(`Active in ${language}`);
    const off = await furniture.export(`Off in ${language}`, { enabled: false });
    const theirs = await furniture.export(`Hidden in ${language}`, { connection: "Administrators only" });
    await signIn("contributor");
    const exports = new ExportsPage(page);
    await exports.goto("?q=nothing-like-it");
    await exports.hydrated();
    await exports.command(command(words.runAll)).click();
    await expect(page).toHaveURL(/pane=run-all/);
    const question = new BulkDialog(page);
    await expect(question.dialog).toContainText(/\d+ (exports?|exportations?) (to|vers) \d+ destination/);
    await expect(question.leftOut(words).filter({ hasText: `Off in ${language}` })).toHaveCount(1);
    await expect(question.leftOut(words).filter({ hasText: `Hidden in ${language}` })).toHaveCount(1);
    await expectAccessible(page);
    await question.answer(words.runAll).click();
    await expect(question.dialog).toBeHidden();
    expect(await furniture.runs(active)).toBe(1);
    expect(await furniture.runs(off)).toBe(0);
    expect(await furniture.runs(theirs)).toBe(0);
  });

  test("Run the n shown follows search and filters, and runs what is off too", async ({ page, server, signIn }) => {
    const furniture = await Furniture.of(server);
    const word = `Shown in ${language}`;
    const [one] = await furniture.exports([`${word} 1`, `${word} 2`]);
    const off = await furniture.export(`${word} 3`, { enabled: false });
    const other = await furniture.export(`Not that in ${language}`);
    await signIn("contributor");
    const exports = new ExportsPage(page);
    await exports.goto();
    await exports.hydrated();
    const shown = exports.command(command(words.runShown(3)));
    await expect(shown).toHaveCount(0);
    await exports.search.fill(word);
    await shown.click();
    const question = new BulkDialog(page);
    await expect(question.dialog).toContainText(words.toDestinations(3, 1));
    await expectAccessible(page);
    await question.answer(words.run).click();
    await expect(page.getByText(words.runsStarted(3))).toBeVisible();
    expect(await furniture.runs(one!)).toBe(1);
    expect(await furniture.runs(off)).toBe(1);
    expect(await furniture.runs(other)).toBe(0);
  });
});

test("viewers see Run all, and why it is not for them", async ({ page, signIn }) => {
  await signIn("viewer");
  const exports = new ExportsPage(page);
  await exports.goto();
  await exports.hydrated();
  await expect(exports.command(command("Run all"))).toHaveAttribute("aria-disabled", "true");
  await exports.goto("?pane=run-all");
  const pane = page.getByRole("dialog", { name: "Run all" });
  await expect(pane).toContainText("Viewers can look, not change.");
  await expect(pane.getByRole("button", { name: "Run all" })).toHaveCount(0);
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("Run all is a form, which leads to the runs", async ({ page, problems, server, signIn }) => {
    problems.expect(/request failed: GET .*\/pkg\/.*: csp/);
    const furniture = await Furniture.of(server);
    const id = await furniture.export("Run by a form");
    await signIn("admin");
    const exports = new ExportsPage(page);
    await exports.goto();
    await exports.command(command("Run all")).click();
    const question = new BulkDialog(page);
    await question.answer("Run all").click();
    await expect(page).toHaveURL(/\/data\/runs/);
    expect(await furniture.runs(id)).toBe(1);
  });
});
