import type { Page } from "@playwright/test";

import { Furniture } from "../fixtures/furniture.ts";
import { forEveryone, inEachLanguage } from "../fixtures/matrix.ts";
import { expect, people, type Problems, test } from "../fixtures/test.ts";
import { command, inEither, type Words } from "../fixtures/words.ts";
import { ExportsPage } from "../pages/exports.ts";
import { RunPane } from "../pages/run-pane.ts";
import { SignInPage } from "../pages/sign-in.ts";

/** The two ways in which nothing but links and forms works. */
const ways = {
  "without script": {
    script: false,
    // The browser says so of a module that it may not load.
    expect: (problems: Problems) => problems.expect(/request failed: GET .*\/pkg\/.*: csp/),
    block: async (_: Page) => {},
  },
  "with the module blocked": {
    script: true,
    expect: (problems: Problems) => problems.expect(/\.wasm|ERR_FAILED|Failed to fetch|NetworkError/),
    block: (page: Page) => page.route("**/*.wasm", (route) => route.abort()),
  },
};

/** The page is that of the server, and nothing takes it over. */
const untouched = (page: Page) => expect(page.locator("html")).not.toHaveAttribute("data-hydrated");

/** From the list to the details of an export, by the link of its row's commands. */
async function details(exports: ExportsPage, words: Words, name: string) {
  await exports.goto(`?q=${encodeURIComponent(name)}`);
  await exports.row(name).getByRole("link", { name: words.commandsFor(name) }).click();
  const pane = exports.pane(words.exportDetails);
  await expect(pane).toContainText(name);
  return pane;
}

for (const [way, { script, expect: expected, block }] of Object.entries(ways)) {
  test.describe(way, () => {
    test.use({ javaScriptEnabled: script });
    test.beforeEach(async ({ page, problems }) => {
      expected(problems);
      await block(page);
    });

    test("a person signs in, searches, sorts, opens a pane and goes through pages", async ({ page }) => {
      const exports = new ExportsPage(page);
      const signIn = new SignInPage(page);
      await signIn.goto();
      await signIn.signIn(people.admin);
      await expect(page).toHaveURL(/\/data\/exports/);
      await untouched(page);
      const all = await exports.names();
      expect(all.length).toBeGreaterThan(0);

      const word = all[0]!.split(" ")[0]!;
      await exports.search.fill(word);
      await exports.search.press("Enter");
      await expect(page).toHaveURL(/[?&]q=/);
      for (const name of await exports.names()) expect(name.toLowerCase()).toContain(word.toLowerCase());

      await exports.goto();
      await exports.header("Display name").getByRole("link").click();
      await expect(exports.header("Display name")).toHaveAttribute("aria-sort", "descending");
      await page.waitForLoadState();
      const once = await exports.names();
      await exports.header("Display name").getByRole("link").click();
      await expect.poll(() => exports.names()).toEqual([...once].reverse());

      await exports.link(all[0]!).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await page.getByRole("dialog").getByRole("link", { name: inEither((words) => words.close) }).first().click();
      await expect(page.getByRole("dialog")).toHaveCount(0);

      await exports.goto("?limit=1");
      const [first] = await exports.names();
      await page.getByRole("link", { name: "Next page" }).click();
      await expect(page).toHaveURL(/[?&]cursor=/);
      const [second] = await exports.names();
      expect(second).not.toBe(first);
      await page.getByRole("link", { name: "Previous page" }).click();
      await expect.poll(() => exports.names()).toEqual([first]);
    });

    inEachLanguage(({ language, words }) => {
      test("a person runs an export and sees its waybill", async ({ page, server, signIn }) => {
        const name = `Run ${way}, in ${language}`;
        const furniture = await Furniture.of(server);
        const id = await furniture.export(name);
        await signIn("contributor");
        const exports = new ExportsPage(page);
        const pane = await details(exports, words, name);
        await untouched(page);
        await pane.getByRole("button", { name: command(words.run) }).click();
        const run = await new RunPane(page).opened();
        await expect(async () => {
          await page.reload();
          await expect(run.facts.getByText(words.successful, { exact: true })).toBeVisible({ timeout: 500 });
        }).toPass({ timeout: 45_000 });
        await expect(run.dialog).toContainText(words.waybill);
        expect(await furniture.runs(id)).toBe(1);
      });

      test("a person removes an export, finds it among the removed and restores it", async ({ page, server, signIn }) => {
        const name = `Removed ${way}, in ${language}`;
        const furniture = await Furniture.of(server);
        const id = await furniture.export(name);
        await signIn("contributor");
        const exports = new ExportsPage(page);
        const pane = await details(exports, words, name);
        await pane.getByRole("link", { name: command(words.remove) }).click();
        const question = page.getByRole("alertdialog", { name: words.removeQuestion(name) });
        await question.getByRole("button", { name: command(words.remove) }).click();

        await expect(page).toHaveURL(/[?&]pane=removed/);
        expect(await furniture.read(id)).toBeNull();
        const removed = exports.pane(words.removed);
        const row = removed.getByRole("row").filter({ hasText: name });
        await row.getByRole("button", { name: new RegExp(words.restore) }).click();
        await expect(page).toHaveURL(/[?&]pane=view/);
        await expect(exports.pane(words.exportDetails)).toContainText(name);
        // Restored switched off, so that nothing starts of itself.
        expect(await furniture.read(id)).toMatchObject({ enabled: false });
      });
    });
  });
}

test.describe("without script, a refusal is the same", () => {
  test.use({ javaScriptEnabled: false });

  forEveryone(
    ({ language, role, words }) => {
      test("who may only look finds no way to run or to remove", async ({ page, problems, server }) => {
        ways["without script"].expect(problems);
        const name = `Looked at by ${role} in ${language}`;
        await (await Furniture.of(server)).export(name, { connection: "Administrators only" });
        const pane = await details(new ExportsPage(page), words, name);
        await expect(pane.getByRole("button", { name: command(words.run) })).toHaveAttribute("aria-disabled", "true");
        await expect(pane.getByRole("link", { name: command(words.remove) })).toHaveAttribute("aria-disabled", "true");
      });
    },
    ["contributor", "viewer"],
  );
});
