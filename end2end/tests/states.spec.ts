import { expect, test } from "../fixtures/test.ts";
import { Ledgers } from "../fixtures/ledgers.ts";
import { forEveryone, mayWrite } from "../fixtures/matrix.ts";
import { OwnExports } from "../fixtures/own-exports.ts";
import { Prices } from "../fixtures/prices.ts";
import { command, words as ofLanguage } from "../fixtures/words.ts";
import { ExportsPage } from "../pages/exports.ts";
import { RunPane } from "../pages/run-pane.ts";
import { SystemPage } from "../pages/system.ts";

test.describe.configure({ mode: "serial" });

const words = ofLanguage.en;

test("an export with a schedule of its own keeps its own last status when a refresh skips what follows it", async ({
  page,
  server,
  signIn,
}) => {
  const exports = new ExportsPage(page);
  const system = new SystemPage(page);
  await signIn("admin");
  await exports.goto();
  const prices = await Prices.make(system, server, "Prices of the week");
  const [follower, punctual] = ["Follows the prices", "At its own hours"];
  const schedule = { recurrence: "daily", times: ["05:45"], time_zone: "Europe/Paris" };
  const made = [
    await OwnExports.make(system, [follower], undefined, { table: "prices" }),
    await OwnExports.make(system, [punctual], undefined, { table: "prices", schedule }),
  ];
  await exports.goto();
  await exports.hydrated();
  await exports.select(punctual);
  await exports.command(command(words.run)).click();
  await new RunPane(page).opened();
  await page.keyboard.press("Escape");
  await expect(exports.row(punctual)).toContainText(words.successful, { timeout: 30_000 });

  await prices.write("id,price,note\n1,on request,first\n");
  await system.call("system/refreshes/start", { run_exports: true });
  await expect(exports.row(follower)).toContainText(words.skipped, { timeout: 60_000 });
  await expect(exports.row(punctual)).toContainText(words.successful);
  await expect(exports.row(punctual)).not.toContainText(words.skipped);
  for (const own of made) await own.remove(system);
  await prices.remove(system);
});

test("a run that is canceled says so at once, and ends exactly as it ended", async ({ page, server, signIn }) => {
  const exports = new ExportsPage(page);
  const system = new SystemPage(page);
  await signIn("admin");
  await exports.goto();
  const ledgers = await Ledgers.make(system, server, 1, 12);
  const name = "Takes a while";
  const own = await OwnExports.make(system, [name], undefined, { table: "ledger_1", enabled: false });
  await exports.goto();
  await exports.hydrated();
  await exports.select(name);
  await exports.command(command(words.run)).click();
  const pane = await new RunPane(page).opened();
  await pane.dialog.getByRole("button", { name: words.cancelRun }).click();
  // Whatever it is by then: asked to stop, or stopped.
  await expect(pane.facts).toContainText(new RegExp(`${words.canceling}|${words.canceled}`), { timeout: 2_000 });
  await pane.ends(words.canceled);
  await page.keyboard.press("Escape");
  await expect(exports.row(name)).toContainText(words.canceled);
  await expect(exports.row(name)).toContainText(words.never);
  await own.remove(system);
  await ledgers.remove(system);
});

test("all exports are removed, to see a page without any", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto();
  const ids = await page.locator("tbody tr:has(th)").evaluateAll((rows) =>
    rows.map((row) => /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(row.innerHTML)![0]),
  );
  for (const id of ids) {
    const status = await page.evaluate(async (id) => {
      const body = new URLSearchParams({ id });
      const answer = await fetch("/api/ui/exports/remove", { method: "POST", headers: { accept: "application/json" }, body });
      return answer.status;
    }, id);
    expect(status).toBe(200);
  }
});

forEveryone(({ role, words }) => {
  test("a list without exports says what an export is and who can add one, with one thing to do at most", async ({ page }) => {
    const exports = new ExportsPage(page);
    await exports.goto();
    await exports.hydrated();
    await expect(exports.table.getByText(words.noExports)).toBeVisible();
    const actions = exports.table.locator("tbody").locator("a, button");
    await expect(actions).toHaveCount(mayWrite(role) ? 1 : 0);
    if (mayWrite(role)) await expect(actions).toHaveAccessibleName(words.addExport);
    else await expect(exports.table).toContainText(words.emptyForViewers);
    // Not what is said when a search finds nothing.
    await expect(exports.table).not.toContainText(words.nothingMatches);
    await exports.goto("?q=zzzz");
    await expect(exports.table).toContainText(words.nothingMatches);
    await expect(exports.table).not.toContainText(words.noExports);
  });
});
