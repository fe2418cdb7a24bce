import { expect, test } from "../../fixtures/test.ts";
import { Furniture } from "../../fixtures/furniture.ts";
import { forEveryone, mayWrite, mayWriteAll } from "../../fixtures/matrix.ts";
import { expectRefused } from "../../fixtures/refusal.ts";
import { command } from "../../fixtures/words.ts";
import { ExportsPage } from "../../pages/exports.ts";

test.describe.configure({ mode: "serial" });

forEveryone(({ language, role, words }) => {
  if (mayWrite(role)) {
    test("runs all exports with an active schedule that they may edit, whatever the search, and says first how many", async ({
      page,
      server,
    }) => {
      const furniture = await Furniture.of(server);
      const of = `of ${role} in ${language}`;
      const active = await furniture.export(`Active ${of}`);
      const off = await furniture.export(`Off ${of}`, { enabled: false });
      const reserved = await furniture.export(`Reserved ${of}`, { connection: "Administrators only" });
      const exports = new ExportsPage(page);
      await exports.goto("?q=zzzz");
      await exports.hydrated();
      await exports.command(command(words.runAll)).click();
      const question = page.locator("dialog[open]");
      await expect(question).toContainText(/\d+ (exports? to \d+ destinations?|exportations? vers \d+ destinations?)/);
      const leftOut = question.locator("section").filter({ hasText: words.leftOut });
      await expect(leftOut).toContainText(`Off ${of}`);
      if (mayWriteAll(role)) await expect(leftOut).not.toContainText(`Reserved ${of}`);
      else await expect(leftOut).toContainText(`Reserved ${of}`);
      expect(await furniture.runs(active), "nothing runs before the answer").toBe(0);
      await question.getByRole("button", { name: new RegExp(`^(${words.run}|${words.runAll})`) }).click();
      await expect.poll(() => furniture.runs(active)).toBe(1);
      await expect.poll(() => furniture.runs(reserved)).toBe(mayWriteAll(role) ? 1 : 0);
      expect(await furniture.runs(off)).toBe(0);
    });
  } else {
    test("cannot run all exports, and is told why", async ({ page }) => {
      const exports = new ExportsPage(page);
      await exports.goto();
      await exports.hydrated();
      await expectRefused(exports.command(command(words.runAll)), language === "en" ? "Viewers" : "observateurs");
    });
  }
});

for (const blocked of [false, true]) {
  test.describe(blocked ? "with the module blocked" : "without script", () => {
    test.use({ javaScriptEnabled: blocked });

    test("runs all exports by a form, and leads to the runs", async ({ page, problems, signIn }) => {
      problems.expect(/\.wasm|ERR_FAILED|Failed to fetch|request failed: GET .*\/pkg\/.*: csp/);
      await page.route("**/*.wasm", (route) => route.abort());
      await signIn("contributor");
      const exports = new ExportsPage(page);
      await exports.goto("?pane=run-all");
      await page.locator("dialog[open]").getByRole("button", { name: /^Run/ }).click();
      await expect(page).toHaveURL(/\/data\/runs/);
      await expect(exports.heading).toHaveText("Runs");
      await expect(exports.table.getByRole("rowheader").first()).toBeVisible();
    });
  });
}
