import { hostname } from "node:os";

import { expectAccessible } from "../fixtures/axe.ts";
import { inEachLanguage } from "../fixtures/matrix.ts";
import { expect, people, test } from "../fixtures/test.ts";
import { SignInPage } from "../pages/sign-in.ts";
import { KeepingPane, type Storage, StoragePage } from "../pages/storage.ts";

const day = 86_400_000_000;
const gigabyte = 1_000_000_000;
const today = Math.floor((Date.now() * 1000) / day) * day;

/** Ninety days that grow, two servers of which one is full, a backup: what a new server has not got yet. */
const aged = (): Storage => ({
  servers: [
    {
      server: "atlas",
      version: "0.1.0",
      seen_at: Date.now() * 1000,
      disk: { total: 1_000 * gigabyte, free: 600 * gigabyte },
      forecast: { full: today + 40 * day },
      refreshes_stopped: false,
    },
    {
      server: "borea",
      version: "0.1.0",
      seen_at: Date.now() * 1000,
      disk: { total: 100 * gigabyte, free: 7 * gigabyte },
      forecast: "not_growing",
      refreshes_stopped: true,
    },
  ],
  history: Array.from({ length: 90 }, (_, place) => ({
    at: today - (89 - place) * day,
    bytes: (300 + place) * gigabyte,
  })),
  last_backup: { at: today, bytes: 2 * gigabyte },
});

inEachLanguage(({ language, words }) => {
  test("everybody sees what takes room and what is kept, and administrators which server it is", async ({
    page,
    signIn,
  }) => {
    const storage = new StoragePage(page);
    for (const role of ["admin", "contributor", "viewer"] as const) {
      await signIn(role);
      await storage.open();
      await storage.hydrated();
      await expect(storage.disks).toHaveCount(1, { timeout: 60_000 });
      await expect(storage.disks.getByRole("progressbar")).toBeVisible();
      const kinds = storage.uses.getByRole("rowheader");
      await expect(kinds.first()).toHaveText(language === "en" ? "Snapshots" : "Instantanés");
      expect(await kinds.count()).toBeGreaterThan(1);
      await expect(storage.fact(/^(Runs and waybills|Exécutions et bordereaux)/)).toHaveText(
        language === "en" ? "400 days" : "400 jours",
      );
      await expect(storage.storage).toContainText(
        language === "en" ? "No backup has been made yet" : "Aucune sauvegarde n’a encore été faite",
      );
      const text = await storage.storage.innerText();
      expect(text.includes(hostname()), role).toBe(role === "admin");
      await expect(storage.storage.locator("#backup-command")).toHaveCount(role === "admin" ? 1 : 0);
      if (role === "admin") {
        await expect(storage.change).not.toHaveAttribute("aria-disabled");
      } else {
        await expect(storage.change).toHaveAttribute("aria-disabled", "true");
        await storage.open("&pane=keeping");
        await expect(storage.pane()).toContainText(words.administratorsOnly);
        await expect(storage.pane().locator("form")).toHaveCount(0);
      }
    }
  });

  test("what is kept is changed in a pane, which says what is wrong and changes nothing else", async ({
    page,
    signIn,
  }) => {
    const kept = language === "en" ? "5" : "7";
    const storage = new StoragePage(page);
    await signIn("admin");
    await storage.open();
    await storage.hydrated();
    await storage.change.click();
    await expect(page).toHaveURL(/tab=storage&pane=keeping/);
    const pane = await new KeepingPane(page).opened();
    await expect(pane.runs).toHaveValue("400");
    await expect(pane.stop).toHaveValue("90");
    await expect(pane.audit).toHaveValue("400");
    await pane.snapshots.fill("0");
    await pane.stop.fill("");
    await pane.save.click();
    await expect(pane.snapshots).toHaveAttribute("aria-invalid", "true");
    await expect(pane.stop).toHaveAttribute("aria-invalid", "true");
    await expect(pane.problems.getByRole("link")).toHaveCount(2);
    await expect(pane.snapshots).toBeFocused();
    await expectAccessible(page);

    // Somebody else changes another number meanwhile.
    const days = language === "en" ? 500 : 600;
    await storage.call("settings/keep", { draft: { keep_runs_days: days } });
    await pane.snapshots.fill(kept);
    await pane.stop.fill("90");
    await pane.saved();
    await expect(storage.fact(/^(Snapshots of each table|Instantanés par table)/)).toHaveText(kept);
    await expect(storage.fact(/^(Runs and waybills|Exécutions et bordereaux)/)).toContainText(`${days}`);
    await storage.call("settings/keep", { draft: { keep_runs_days: 400 } });
  });

  test("a full disk, the day on which another is full, and the growth of ninety days are told", async ({
    page,
    signIn,
  }) => {
    const storage = new StoragePage(page);
    await signIn("admin");
    await storage.goto();
    await storage.hydrated();
    await storage.pretend(aged);
    await storage.openByLink();
    await expect(storage.disks).toHaveCount(2);
    await expect(storage.disks.first()).toContainText(
      language === "en" ? "At this rate the disk is full on " : "À ce rythme, le disque sera plein le ",
    );
    await expect(storage.stopped).toHaveCount(1);
    await expect(storage.stopped).toContainText(
      language === "en" ? "borea refreshes nothing" : "borea n’actualise plus rien",
    );
    await expect(storage.stopped).toContainText(language === "en" ? "93% full" : "93\u00a0%");
    await expect(storage.curve).toBeVisible();
    await page.locator(".behind > summary").click();
    const table = page.getByRole("table", { name: /^(Sizes of the last 90 days|Tailles des 90 derniers jours)$/ });
    await expect(table.getByRole("rowheader")).toHaveCount(90);
    await expect(storage.storage).toContainText(language === "en" ? "2.00\u00a0GB" : "2,00\u00a0Go");

    const text = await page.locator("body").innerText();
    if (language === "fr") {
      expect(text, "no straight apostrophe between letters").not.toMatch(/\p{L}'\p{L}/u);
      expect(text, "no plain space before : ; ? !").not.toMatch(/ [:;?!]/);
    }
  });
});

test("the tab and its pane are used with the keyboard alone", async ({ page, signIn }) => {
  const storage = new StoragePage(page);
  await signIn("admin");
  await storage.goto();
  await storage.hydrated();
  await storage.tab.focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/tab=storage/);
  await storage.change.focus();
  await page.keyboard.press("Enter");
  const pane = await new KeepingPane(page).opened();
  // Escape closes it from the moment that its title has the focus.
  await expect(pane.dialog.locator("#pane-title")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(pane.dialog).toBeHidden();
  await expect(storage.change).toBeFocused();
});

test("what is open stays open while the figures change", async ({ page, signIn }) => {
  const storage = new StoragePage(page);
  await signIn("admin");
  await storage.goto();
  await storage.hydrated();
  let free = 600 * gigabyte;
  await storage.pretend(() => {
    free -= gigabyte;
    const disk = { total: 1_000 * gigabyte, free };
    const parts = aged();
    return { ...parts, servers: parts.servers.map((server) => ({ ...server, disk })) };
  });
  await storage.openByLink();
  const summary = page.locator(".behind > summary");
  await summary.click();
  await expect(summary).toBeFocused();
  const before = await storage.disks.first().innerText();
  // A refresh of everything is a hint to ask again.
  await storage.call("system/refreshes/start", { run_exports: false });
  await expect.poll(() => storage.disks.first().innerText(), { timeout: 30_000 }).not.toBe(before);
  await expect(page.locator(".behind")).toHaveAttribute("open");
  await expect(summary).toBeFocused();
});

test("a server that does not answer is said to be away", async ({ page, problems, signIn }) => {
  problems.expect(/system\/storage|Failed to load resource/);
  const storage = new StoragePage(page);
  await signIn("viewer");
  await storage.goto();
  await storage.hydrated();
  await page.route("**/api/ui/system/storage", (route) => route.abort());
  await storage.tab.click();
  await expect(page.getByText("This could not be loaded")).toBeVisible();
  await page.unroute("**/api/ui/system/storage");
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [390, 1280]) {
    test(`the tab has no violation and fits: ${colorScheme}, ${width} px`, async ({ page, signIn }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 844 });
      const storage = new StoragePage(page);
      await signIn("admin");
      await storage.goto();
      await storage.hydrated();
      await storage.pretend(aged);
      await storage.openByLink();
      await expect(storage.curve).toBeVisible();
      await expectAccessible(page);
      await storage.expectNoSidewaysScroll();
    });
  }
}

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("the tab is sent whole, and the pane says that it needs script", async ({ page, problems }) => {
    // The browser says so of a module that it may not load.
    problems.expect(/request failed: GET .*\/pkg\/.*: csp/);
    const storage = new StoragePage(page);
    const signIn = new SignInPage(page);
    await signIn.goto();
    await signIn.signIn(people.admin);
    await storage.open();
    await expect(storage.uses.getByRole("rowheader").first()).toBeVisible();
    await storage.change.click();
    const pane = await new KeepingPane(page).opened();
    await expect(pane.stop).toHaveValue("90");
    await expect(pane.save).toHaveAttribute("aria-disabled", "true");
  });
});
