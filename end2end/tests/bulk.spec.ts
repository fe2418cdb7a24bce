import { expectAccessible } from "../fixtures/axe.ts";
import { Furniture } from "../fixtures/furniture.ts";
import { inEachLanguage } from "../fixtures/matrix.ts";
import { expect, test } from "../fixtures/test.ts";
import { command } from "../fixtures/words.ts";
import { BulkDialog } from "../pages/bulk-dialog.ts";
import { ExportsPage } from "../pages/exports.ts";

type Export = { enabled: boolean; connection: { name: string } | null };

inEachLanguage(({ language, words }) => {
  const french = language === "fr";

  test("a mixed selection says which it runs and which not and why, then runs those", async ({
    page,
    server,
    signIn,
  }) => {
    const furniture = await Furniture.of(server);
    const word = `Mixed ${language}`;
    const [ours] = await furniture.exports([`${word} ours`, `${word} too`]);
    const theirs = await furniture.export(`${word} theirs`, { connection: "Administrators only" });
    await signIn("contributor");
    const exports = new ExportsPage(page);
    await exports.goto(`?q=${encodeURIComponent(word)}`);
    await exports.hydrated();
    for (const name of [`${word} ours`, `${word} too`, `${word} theirs`]) await exports.select(name);
    await exports.command(command(words.run)).click();
    const question = new BulkDialog(page);
    await expect(question.dialog).toHaveAccessibleName(
      french ? "Exécuter 2 exportations sur 3\u00a0?" : "Run 2 of 3 exports?",
    );
    await expect(question.dialog).toContainText(words.toDestinations(2, 1));
    await expect(question.leftOut(words)).toHaveCount(1);
    await expect(question.leftOut(words)).toContainText(`${word} theirs`);
    await expectAccessible(page);
    expect(await furniture.runs(ours!), "nothing happens before the answer").toBe(0);
    await question.answer(words.run).click();
    await expect(question.dialog).toBeHidden();
    await expect(page.getByText(words.runsStarted(2))).toBeVisible();
    expect(await furniture.runs(ours!)).toBe(1);
    expect(await furniture.runs(theirs)).toBe(0);
  });

  test("several are removed as one step, and come back as one", async ({ page, server, signIn }) => {
    const furniture = await Furniture.of(server);
    const word = `Removed together ${language}`;
    const names = [`${word} 1`, `${word} 2`];
    const ids = await furniture.exports(names);
    await signIn("contributor");
    const exports = new ExportsPage(page);
    await exports.goto(`?q=${encodeURIComponent(word)}`);
    await exports.hydrated();
    for (const name of names) await exports.select(name);
    await exports.command(command(words.remove)).click();
    const question = new BulkDialog(page);
    await expect(question.dialog).toHaveAccessibleName(
      french ? "Supprimer 2 exportations\u00a0?" : "Remove 2 exports?",
    );
    await expect(question.number, "two need no number").toHaveCount(0);
    await question.answer(words.remove).click();
    await expect(exports.row(names[0]!)).toHaveCount(0);
    await page.getByRole("button", { name: words.undoRemoval, exact: true }).click();
    for (const name of names) await expect(exports.row(name)).toBeVisible();
    expect(await furniture.read<Export>(ids[0]!)).toMatchObject({ enabled: true });
  });

  test("taking something from ten asks for their number", async ({ page, server, signIn }) => {
    const furniture = await Furniture.of(server);
    const word = `Ten at once ${language}`;
    const ids = await furniture.exports(Array.from({ length: 10 }, (_, place) => `${word} ${place}`));
    await signIn("admin");
    const exports = new ExportsPage(page);
    await exports.goto(`?q=${encodeURIComponent(word)}`);
    await exports.hydrated();
    for (const name of await exports.names()) await exports.select(name);
    await exports.command(command(words.detach)).click();
    const question = new BulkDialog(page);
    const answer = question.answer(french ? "Détacher les connexions" : "Detach connections");
    await expect(answer).toHaveAttribute("aria-disabled", "true");
    // It takes the focus and says why, so it is pressed as any other.
    await answer.click({ force: true });
    await expect(question.dialog).toBeVisible();
    await question.number.fill("9");
    await expect(answer).toHaveAttribute("aria-disabled", "true");
    await question.number.fill("10");
    await expect(answer).not.toHaveAttribute("aria-disabled");
    await expectAccessible(page);
    await answer.click();
    await expect(question.dialog).toBeHidden();
    expect((await furniture.read<Export>(ids[9]!))?.connection).toBeNull();
    await page.getByRole("button", { name: words.undoDetachment, exact: true }).click();
    await expect(async () => {
      expect((await furniture.read<Export>(ids[9]!))?.connection?.name).toBe("Demo folder");
    }).toPass();
  });
});

test("a command that failed for some lists each with its reason, and tries again for these", async ({
  page,
  server,
  signIn,
}) => {
  const furniture = await Furniture.of(server);
  const word = "Failing in part";
  const [gone, there] = await furniture.exports([`${word} 1`, `${word} 2`]);
  await signIn("admin");
  const exports = new ExportsPage(page);
  await exports.goto(`?q=${encodeURIComponent(word)}`);
  await exports.hydrated();
  for (const name of [`${word} 1`, `${word} 2`]) await exports.select(name);
  let asked: unknown[] = [];
  await page.route("**/api/ui/exports/bulk", async (route) => {
    const { command } = route.request().postDataJSON() as { command: { target: { ids: string[] } } };
    asked = command.target.ids;
    if (asked.length === 1) return route.fallback();
    const error = { code: "run_held" };
    const failed = [{ id: gone, name: `${word} 1`, run: null, error }];
    const report = { change: null, done: 1, under_way_before: 0, only_run: null, failed, left_out: [] };
    return route.fulfill({ json: report });
  });
  await exports.command(command("Run")).click();
  const dialog = new BulkDialog(page);
  await dialog.answer("Run").click();
  await expect(dialog.dialog).toHaveAccessibleName("Not everything was done");
  await expect(dialog.dialog).toContainText("1 run started");
  const failures = dialog.dialog.getByRole("listitem");
  await expect(failures).toHaveText(`${word} 1: A run of this export waits for a decision: deliver it or discard it first.`);
  await expectAccessible(page);
  await dialog.answer("Try again").click();
  await expect(page).toHaveURL(/pane=run\//);
  expect(asked).toEqual([gone]);
  expect(await furniture.runs(there!)).toBe(0);
});

test("a command that fits none of the chosen says why, to the eye too", async ({ page, server, signIn }) => {
  const furniture = await Furniture.of(server);
  const name = "Refused with words";
  await furniture.export(name, { connection: "Administrators only" });
  await signIn("contributor");
  const exports = new ExportsPage(page);
  await exports.goto(`?q=${encodeURIComponent(name)}`);
  await exports.hydrated();
  await exports.select(name);
  const remove = exports.command(command("Remove"));
  await expect(remove).toHaveAttribute("aria-disabled", "true");
  await expect(remove).toHaveAccessibleDescription("You can only view this export");
  // The style sheet shows the title, below the button.
  const shown = () => remove.evaluate((button) => {
    const { content, width, height, visibility } = getComputedStyle(button, "::after");
    const drawn = visibility === "visible" && Number.parseFloat(width) > 40 && Number.parseFloat(height) > 10;
    return drawn ? content : "nothing";
  });
  expect(await shown()).toBe("nothing");
  await remove.focus();
  expect(await shown()).toContain("You can only view this export");
});

test("a question about nothing asks for a selection", async ({ page, signIn }) => {
  await signIn("admin");
  const exports = new ExportsPage(page);
  await exports.goto("?pane=remove");
  await exports.hydrated();
  const question = new BulkDialog(page);
  await expect(question.dialog).toHaveAccessibleName("Select an export first");
  await page.keyboard.press("Escape");
  await expect(question.dialog).toBeHidden();
});
