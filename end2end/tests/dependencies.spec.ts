import type { Page } from "@playwright/test";

import { Ledgers } from "../fixtures/ledgers.ts";
import { OwnExports } from "../fixtures/own-exports.ts";
import { Prices } from "../fixtures/prices.ts";
import { expect, test } from "../fixtures/test.ts";
import { ExportsPage } from "../pages/exports.ts";
import { RunPane } from "../pages/run-pane.ts";
import { SystemPage } from "../pages/system.ts";

/** What the pages say, in each language. */
const languages = [
  {
    language: "English",
    locale: "en-GB",
    run: "Run",
    refreshAll: "Refresh all",
    bySystem: "The system refresh",
    withSystem: "System refresh",
    daily: "Every day at 05:45 (Europe/Paris)",
    off: "Off (system refresh)",
    never: "Never",
    notStarted: "Not started",
    queued: "Queued",
    successful: "Successful",
    skipped: "Skipped",
    failed: "Failed",
    held: "Held",
    discard: "Discard",
    canceled: "Canceled",
    waits: (source: string) => `Waits until “${source}” is refreshed.`,
    upstreamFailed: (source: string) => `“${source}” could not be refreshed, and its data are needed.`,
    columnMissing: "The table “prices” no longer has the column “price”.",
  },
  {
    language: "French",
    locale: "fr-FR",
    run: "Exécuter",
    refreshAll: "Actualiser tout",
    bySystem: "L’actualisation du système",
    withSystem: "Actualisation du système",
    daily: "Tous les jours à 05:45 (Europe/Paris)",
    off: "Désactivée (actualisation du système)",
    never: "Jamais",
    notStarted: "Non démarrée",
    queued: "En file d’attente",
    successful: "Réussie",
    skipped: "Ignorée",
    failed: "Échec",
    held: "En attente de confirmation",
    discard: "Abandonner",
    canceled: "Annulée",
    waits: (source: string) => `En attente de l’actualisation de «\u00a0${source}\u00a0».`,
    upstreamFailed: (source: string) =>
      `L’actualisation de «\u00a0${source}\u00a0», dont les données sont nécessaires, a échoué.`,
    columnMissing: "La table «\u00a0prices\u00a0» n’a plus de colonne «\u00a0price\u00a0».",
  },
];

for (const words of languages) {
  test.describe(`in ${words.language}`, () => {
    test.describe.configure({ mode: "serial" });
    test.use({ locale: words.locale });

    const [follower, punctual, silent] = ["Follows the refresh", "Has its own hours", "Runs by hand"] as const;
    const [patient, dependent] = ["Waits for the ledger", "Depends on prices"] as const;
    const upstream = `Price list in ${words.language}`;
    let made: OwnExports[] = [];
    let ledgers: Ledgers;
    let prices: Prices;

    async function list(page: Page): Promise<ExportsPage> {
      const exports = new ExportsPage(page);
      await exports.goto();
      await exports.hydrated();
      return exports;
    }

    async function runFromList(exports: ExportsPage, name: string): Promise<void> {
      await exports.row(name).getByRole("checkbox").check();
      await exports.command(new RegExp(`^${words.run}$`)).click();
    }

    async function ended(exports: ExportsPage, name: string, status: string): Promise<void> {
      await expect(exports.status(name)).toContainText(status, { timeout: 60_000 });
    }

    /** Renews everything, and runs what follows. */
    async function refreshAll(page: Page): Promise<void> {
      const system = new SystemPage(page);
      await system.goto();
      await system.hydrated();
      await system.command(words.refreshAll).click();
      await system.refreshAll().getByRole("checkbox").check();
      await system.refreshAll().getByRole("button", { name: words.refreshAll }).click();
      await expect(page).toHaveURL(/[?&]pane=refresh\//);
    }

    test("an export follows the refresh unless it has a schedule of its own or is off", async ({ page, signIn }) => {
      await signIn("admin");
      await list(page);
      const system = new SystemPage(page);
      const schedule = { recurrence: "daily", times: ["05:45"], time_zone: "Europe/Paris" };
      made = [
        await OwnExports.make(system, [follower]),
        await OwnExports.make(system, [punctual], undefined, { schedule }),
        await OwnExports.make(system, [silent], undefined, { enabled: false }),
      ];
      let exports = await list(page);
      await expect(exports.row(follower)).toContainText(words.withSystem);
      await expect(exports.row(punctual)).toContainText(words.daily);
      await expect(exports.row(silent)).toContainText(words.off);
      for (const name of [follower, punctual, silent]) {
        await expect(exports.refreshed(name)).toHaveText(words.never);
      }

      await refreshAll(page);
      exports = await list(page);
      await ended(exports, follower, words.successful);
      await expect(exports.refreshed(follower).locator("time")).toHaveCount(1);
      for (const name of [punctual, silent]) {
        await expect(exports.status(name)).toContainText(words.notStarted);
        await expect(exports.refreshed(name)).toHaveText(words.never);
      }
      await exports.status(follower).getByRole("link").click();
      const run = await new RunPane(page).opened();
      await expect(run.facts).toContainText(words.bySystem);
    });

    test("an export that waits names what it waits for, and then delivers", async ({ page, server, signIn }) => {
      await signIn("admin");
      await list(page);
      const system = new SystemPage(page);
      ledgers = await Ledgers.make(system, server, 12, 6);
      const lean = {
        table: "ledger_12",
        fields: [{ source: "id", target: "id" }],
        options: { format: "parquet" },
        enabled: false,
      };
      made.push(await OwnExports.make(system, [patient], undefined, lean));
      const exports = await list(page);
      // Somebody renews everything just then.
      await system.call("system/refreshes/start", { run_exports: false });
      await runFromList(exports, patient);
      await expect(exports.status(patient)).toContainText(words.queued);
      await expect(exports.status(patient)).toHaveAttribute("title", words.waits("Ledger 12"));
      await expect(exports.refreshed(patient)).toHaveText(words.never);
      const run = await new RunPane(page).opened();
      await expect(run.facts).toContainText(words.waits("Ledger 12"));
      await run.ends(words.successful);
      await expect(run.facts).not.toContainText("Ledger 12");
      await page.keyboard.press("Escape");
      await ended(exports, patient, words.successful);
      await expect(exports.status(patient)).not.toHaveAttribute("title");
      await expect(exports.refreshed(patient).locator("time")).toHaveCount(1);
    });

    test("after an upstream failed its export is skipped by name, and the others run", async ({ page, server, signIn }) => {
      await signIn("admin");
      await list(page);
      const system = new SystemPage(page);
      prices = await Prices.make(system, server, upstream);
      made.push(await OwnExports.make(system, [dependent], undefined, { table: "prices" }));
      let exports = await list(page);
      await runFromList(exports, dependent);
      await ended(exports, dependent, words.successful);
      const delivered = await exports.refreshedAt(dependent);
      const before = await exports.refreshedAt(follower);
      expect(delivered).toBeTruthy();

      await prices.write("id,price,note\n1,10,first\n2,on request,second\n");
      await refreshAll(page);
      exports = await list(page);
      await ended(exports, dependent, words.skipped);
      await expect(exports.status(dependent)).toHaveAttribute("title", words.upstreamFailed(upstream));
      await expect.poll(() => exports.refreshedAt(follower), { timeout: 45_000 }).not.toBe(before);
      await expect(exports.status(follower)).toContainText(words.successful);
      expect(await exports.refreshedAt(dependent), "a run that was skipped delivers nothing").toBe(delivered);
      await exports.status(dependent).getByRole("link").click();
      const run = await new RunPane(page).opened();
      await expect(run.facts).toContainText(words.upstreamFailed(upstream));
    });

    test("a run that failed changes no time of delivery either", async ({ page, signIn }) => {
      await signIn("admin");
      const exports = await list(page);
      const delivered = await exports.refreshedAt(dependent);
      await prices.write("id,note\n1,first\n2,second\n");
      await runFromList(exports, dependent);
      await ended(exports, dependent, words.failed);
      await expect(exports.status(dependent)).toHaveAttribute("title", words.columnMissing);
      expect(await exports.refreshedAt(dependent)).toBe(delivered);
    });

    test("an export with far fewer rows than before is held, and its status leads to the decision", async ({
      page,
      signIn,
    }) => {
      await signIn("admin");
      const exports = await list(page);
      const run = new RunPane(page);
      for (const [rows, status] of [
        [300, words.successful],
        [1, words.held],
      ] as const) {
        await prices.write(`id,price,note\n${"1,10,one of them\n".repeat(rows)}`);
        await runFromList(exports, dependent);
        await run.opened();
        await page.keyboard.press("Escape");
        await ended(exports, dependent, status);
      }
      await exports.status(dependent).getByRole("link").click();
      await run.opened();
      await run.dialog.getByRole("button", { name: words.discard }).click();
      await run.ends(words.canceled);
      await expect(exports.status(dependent)).toContainText(words.canceled);
    });

    test("what this language made is removed", async ({ page, signIn }) => {
      await signIn("admin");
      await list(page);
      const system = new SystemPage(page);
      for (const own of made) await own.remove(system);
      await ledgers.remove(system);
      await prices.remove(system);
      const exports = await list(page);
      await expect(exports.row(follower)).toHaveCount(0);
    });
  });
}
