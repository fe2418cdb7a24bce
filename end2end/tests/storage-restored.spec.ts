import { expectAccessible } from "../fixtures/axe.ts";
import { restoreFromBackup } from "../fixtures/restored.ts";
import { expect, test } from "../fixtures/test.ts";
import { ExportsPage } from "../pages/exports.ts";
import { StoragePage } from "../pages/storage.ts";
import { Pause } from "../pages/system.ts";

test.describe.configure({ mode: "serial" });

test("a restored server waits, tells administrators what it does not know, and goes on once one resumes", async ({
  page,
  server,
  signIn,
}) => {
  await restoreFromBackup(server);
  const exports = new ExportsPage(page);
  const storage = new StoragePage(page);
  const pause = new Pause(page);
  await signIn("viewer");
  await exports.goto();
  await exports.hydrated();
  await expect(pause.banner).toContainText("Restored from the backup of");
  await expect(pause.resume).toHaveCount(0);
  await expect(storage.restored).toHaveCount(0);

  await signIn("admin");
  await exports.goto();
  await exports.hydrated();
  await expect(storage.restored).toHaveCount(1);
  await expect(storage.restored).toContainText("What happened since is not known here.");
  await expect(storage.restored).toContainText("Make sure that the first server does not run any more, then resume.");
  await expect(pause.banner, "it stands with the pause").toHaveCount(0);
  await expectAccessible(page);

  await storage.restored.getByRole("link", { name: "Storage" }).click();
  await expect(page).toHaveURL(/\/administration\/system\?tab=storage$/);
  await expect(page.getByRole("heading", { name: "Restored from a backup" })).toBeVisible();
  await expect(storage.fact(/^Resumed/)).toHaveText("Not yet");
  const resume = storage.restored.getByRole("button", { name: "Resume" });
  await resume.focus();
  await page.keyboard.press("Enter");
  await expect(resume).toHaveCount(0);
  await expect(storage.restored, "it is told for a week").toContainText("What happened since is not known here.");
  await expect(storage.restored).not.toContainText("Make sure");
  await expect(storage.fact(/^Resumed/)).not.toHaveText("Not yet");
});

test.describe("in French", () => {
  test.use({ locale: "fr-FR" });

  test("who resumed is still told in French, and others are not", async ({ page, signIn }) => {
    const storage = new StoragePage(page);
    await signIn("admin");
    await storage.open();
    await expect(storage.restored).toContainText("Ce qui s’est passé depuis est inconnu ici.");
    await expect(page.getByRole("heading", { name: "Restauré à partir d’une sauvegarde" })).toBeVisible();
    const text = await page.locator("body").innerText();
    expect(text, "no plain space before : ; ? !").not.toMatch(/ [:;?!]/);
    await signIn("viewer");
    await storage.open();
    await expect(storage.uses).toBeVisible();
    await expect(storage.restored).toHaveCount(0);
    await expect(page.getByRole("heading", { name: "Restauré à partir d’une sauvegarde" })).toHaveCount(0);
  });
});
