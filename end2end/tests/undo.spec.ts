import { expectAccessible } from "../fixtures/axe.ts";
import { Furniture } from "../fixtures/furniture.ts";
import { inEachLanguage } from "../fixtures/matrix.ts";
import { Rest } from "../fixtures/rest.ts";
import { expect, test } from "../fixtures/test.ts";
import { command } from "../fixtures/words.ts";
import { ExportsPage } from "../pages/exports.ts";
import { SystemPage } from "../pages/system.ts";

type Export = { enabled: boolean; name: string; connection: { name: string } | null; version: number };

inEachLanguage(({ language, words }) => {
  test("a removed export comes back by the offer to undo, exactly as it was", async ({ page, server, signIn }) => {
    const name = `Undone in ${language}`;
    const furniture = await Furniture.of(server);
    const id = await furniture.export(name);
    await signIn("contributor");
    const exports = new ExportsPage(page);
    await exports.goto(`?q=${encodeURIComponent(name)}&pane=remove/${id}`);
    await exports.hydrated();
    const question = page.getByRole("alertdialog", { name: words.removeQuestion(name) });
    await question.getByRole("button", { name: command(words.remove) }).click();
    await expect(exports.row(name)).toHaveCount(0);
    await expect(page).not.toHaveURL(/pane=/);
    await page.getByRole("button", { name: words.undoRemoval, exact: true }).click();
    await expect(exports.row(name)).toBeVisible();
    expect(await furniture.read<Export>(id)).toMatchObject({ name, enabled: true });
  });

  test("a detached export gets its connection back by the offer to undo", async ({ page, server, signIn }) => {
    const name = `Attached again in ${language}`;
    const furniture = await Furniture.of(server);
    const id = await furniture.export(name);
    await signIn("admin");
    const exports = new ExportsPage(page);
    await exports.goto(`?q=${encodeURIComponent(name)}&pane=detach/${id}`);
    await exports.hydrated();
    const question = page.getByRole("alertdialog", { name: words.detachQuestion(name) });
    await expect(question).toContainText("Demo folder");
    await expect(question.getByRole("link", { name: words.keepAttached })).toBeFocused();
    await expectAccessible(page);
    await question.getByRole("button", { name: command(words.detach) }).click();
    await expect(exports.row(name)).toContainText(words.noConnection);
    expect((await furniture.read<Export>(id))?.connection).toBeNull();
    await page.getByRole("button", { name: words.undoDetachment, exact: true }).click();
    await expect(exports.row(name)).toContainText("Demo folder");
    expect((await furniture.read<Export>(id))?.connection?.name).toBe("Demo folder");
  });

  test("while a run is under way the question says that it is let finish, and offers to cancel it", async ({
    page,
    server,
    signIn,
  }) => {
    const furniture = await Furniture.of(server);
    const rest = await Rest.asAdministrator(server);
    const [left, canceled] = [`Let finish in ${language}`, `Canceled in ${language}`];
    const ids = await furniture.exports([left, canceled]);
    await signIn("admin");
    const exports = new ExportsPage(page);
    await exports.goto();
    const system = new SystemPage(page);
    // What is started now waits, and is under way as long as that.
    await system.call("system/pause", { reason: "Tests of questions" });
    const runs = [await furniture.start(ids[0]!), await furniture.start(ids[1]!)];
    try {
      for (const [place, name] of [left, canceled].entries()) {
        await exports.goto(`?q=${encodeURIComponent(name)}&pane=remove/${ids[place]}`);
        await exports.hydrated();
        const question = page.getByRole("alertdialog", { name: words.removeQuestion(name) });
        await expect(question).toHaveAccessibleDescription(new RegExp(words.runUnderWay));
        await expect(question.getByRole("link", { name: words.keepIt })).toBeFocused();
        const answers = question.getByRole("button");
        await expect(answers).toHaveText([command(words.remove), words.removeAndCancelRun]);
        await expectAccessible(page);
        await answers.nth(place).click();
        await expect(question).toBeHidden();
        await expect(exports.row(name)).toHaveCount(0);
      }
    } finally {
      await system.call("system/resume");
    }
    for (const [run, end] of [[runs[0], "successful"], [runs[1], "canceled"]] as const) {
      const status = async () => (await rest.ask<{ status: string }>("GET", `runs/${run}`)).status;
      await expect.poll(status, { timeout: 60_000 }).toBe(end);
    }
  });

  test("what was removed is listed, and restored switched off under a free name", async ({ page, server, signIn }) => {
    const name = `Restored in ${language}`;
    const furniture = await Furniture.of(server);
    const id = await furniture.export(name);
    await signIn("contributor");
    const exports = new ExportsPage(page);
    await exports.goto(`?q=${encodeURIComponent(name)}&pane=remove/${id}`);
    await exports.hydrated();
    const question = page.getByRole("alertdialog", { name: words.removeQuestion(name) });
    await question.getByRole("button", { name: command(words.remove) }).click();
    await expect(exports.row(name)).toHaveCount(0);
    await furniture.export(name);

    await page.getByRole("link", { name: words.removed, exact: true }).click();
    const removed = exports.pane(words.removed);
    const row = removed.getByRole("row").filter({ hasText: name });
    await expect(removed.getByRole("columnheader", { name: words.keptUntil, exact: true })).toBeVisible();
    await expect(row).toContainText("Demo folder");
    await expectAccessible(page);
    await row.getByRole("button", { name: `${words.restore} ${name}` }).click();
    await expect(page).toHaveURL(/pane=view/);
    await expect(exports.pane(words.exportDetails)).toContainText(`${name} (2)`);
    expect(await furniture.read<Export>(id)).toMatchObject({ name: `${name} (2)`, enabled: false });
  });
});

test("the question says how much stays, and nothing of runs where none is under way", async ({
  page,
  server,
  signIn,
}) => {
  const furniture = await Furniture.of(server);
  const id = await furniture.export("Counted before it goes");
  await furniture.run(id);
  await signIn("admin");
  const exports = new ExportsPage(page);
  await exports.goto(`?pane=remove/${id}`);
  await exports.hydrated();
  const question = page.getByRole("alertdialog");
  await expect(question).toContainText(/(Stays where it is|Stay where they are): \d+ files? of 1 delivery, with its waybill\./);
  await expect(question).not.toContainText("under way");
  await expectAccessible(page);
  await question.getByRole("link", { name: "Keep it" }).click();
  await expect(question).toBeHidden();
});

test("who is not shared a connection sees what was removed from it, and cannot bring it back", async ({
  page,
  server,
  signIn,
}) => {
  const name = "Removed beyond reach";
  const furniture = await Furniture.of(server);
  const id = await furniture.export(name, { connection: "Administrators only" });
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto(`?pane=remove/${id}`);
  await exports.hydrated();
  await page.getByRole("alertdialog").getByRole("button", { name: command("Remove") }).click();
  await expect(page.getByRole("alertdialog")).toBeHidden();

  await signIn("contributor");
  await exports.goto("?pane=removed");
  await exports.hydrated();
  const row = exports.pane("Removed").getByRole("row").filter({ hasText: name });
  const restore = row.getByRole("button", { name: `Restore ${name}` });
  await expect(restore).toHaveAttribute("aria-disabled", "true");
});

test("viewers are told that what was removed is not for them", async ({ page, problems, signIn }) => {
  problems.expect(/\b403\b/);
  await signIn("viewer");
  const exports = new ExportsPage(page);
  await exports.goto();
  await expect(page.getByRole("link", { name: "Removed", exact: true })).toHaveCount(0);
  await exports.goto("?pane=removed");
  await expect(exports.pane("Removed")).toContainText("Viewers can look, not change.");
});
