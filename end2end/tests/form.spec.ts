import { mkdir } from "node:fs/promises";
import path from "node:path";

import type { Dialog, Page } from "@playwright/test";

import { delivered } from "../fixtures/delivered.ts";
import { inEachLanguage } from "../fixtures/matrix.ts";
import { expect, test } from "../fixtures/test.ts";
import { inEither } from "../fixtures/words.ts";
import { ConnectionsPage } from "../pages/connections.ts";
import { ExportPane } from "../pages/export-pane.ts";
import { ExportsPage } from "../pages/exports.ts";
import { LeaveQuestion } from "../pages/leave-question.ts";
import { RunPane } from "../pages/run-pane.ts";

const title = inEither((words) => words.setUpExport);

/** The open form of a new export, with a page to go back to. */
async function newExport(page: Page): Promise<ExportPane> {
  const exports = new ExportsPage(page);
  await exports.goto();
  await exports.hydrated();
  await exports.command(inEither((words) => words.addExport)).click();
  const pane = await new ExportPane(page, title).opened();
  await expect(pane.save).toBeEnabled();
  return pane;
}

/** The beginning of the file, as the form shows it. */
const beginning = (pane: ExportPane) => pane.dialog.getByRole("region", { name: /^(Beginning of|Début de) / });

inEachLanguage(({ language }) => {
  test("the first rows and the path are shown as they will be written, and change with the options", async ({
    page,
    signIn,
  }) => {
    await signIn("contributor");
    const pane = await newExport(page);
    const choose = language === "en" ? "Choose what to export" : "Choisissez ce qu’il faut exporter";
    await expect(pane.dialog).toContainText(choose);
    await pane.chooseConnection("Demo folder");
    await pane.table("customers").check();
    await pane.name.fill("Preview of customers");
    const text = beginning(pane);
    await expect(text).toContainText(/^[a-z_]+(,[a-z_]+)+\n/);
    await expect(pane.dialog.locator(".path-example code")).toHaveText(
      /^preview-of-customers(-\d+)?\/\d{4}\/\d\d\/\d\d\/\d{6}\/customers_1\.csv$/,
    );
    await pane.dialog.getByRole("combobox", { name: /^(Delimiter|Délimiteur)$/ }).selectOption({ index: 1 });
    await expect(text).toContainText(/^[a-z_]+(;[a-z_]+)+\n/);
    await pane.dialog.getByRole("radio", { name: "JSON Lines" }).check();
    await expect(text).toContainText(/^\{"/);
    await expect(pane.dialog.locator(".path-example code")).toHaveText(/\.jsonl$/);
    await pane.dialog.getByRole("radio", { name: "Parquet" }).check();
    await expect(text).toHaveCount(0);
    await expect(pane.dialog.getByRole("table", { name: /^(First rows of|Premières lignes de) / })).toBeVisible();
  });

  test("saving says so on the button that was pressed, and sends once however often that is done", async ({ page, signIn }) => {
    await signIn("contributor");
    const pane = await newExport(page);
    await pane.chooseConnection("Demo folder");
    await pane.table("orders").check();
    await pane.name.fill(`Said while it is saved, ${language}`);
    let go = (): void => {};
    const held = new Promise<void>((resolve) => (go = resolve));
    let sent = 0;
    await page.route("**/api/ui/exports/create", async (route) => {
      sent += 1;
      await held;
      await route.continue();
    });
    await pane.save.click();
    const saving = pane.dialog.getByRole("button", { name: inEither((words) => words.saving) });
    await expect(saving).toHaveAttribute("aria-busy", "true");
    await expect(saving).toHaveCount(1);
    await expect(saving).toHaveAttribute("aria-disabled", "true");
    // Playwright itself would wait for buttons that can be used.
    await saving.click({ force: true });
    await pane.saveAndRun.click({ force: true });
    await pane.name.press("Enter");
    await expect(saving).toHaveAttribute("aria-busy", "true");
    go();
    await expect(pane.dialog).toBeHidden();
    expect(sent).toBe(1);
  });

  test("Esc, Close and Back ask before changes are lost, and leave when told to", async ({ page, signIn }) => {
    await signIn("contributor");
    const pane = await newExport(page);
    const question = new LeaveQuestion(page);
    const here = page.url();
    await pane.name.fill("Never saved");

    for (const leave of [
      () => page.keyboard.press("Escape"),
      () => pane.close.click(),
      // Of leaving a page that stays the same, the browser waits for nothing.
      () => page.evaluate(() => history.back()),
    ]) {
      await leave();
      await expect(question.dialog).toBeVisible();
      await expect(question.keep).toBeFocused();
      await question.keep.click();
      await expect(question.dialog).toHaveCount(0);
      await expect(pane.name).toHaveValue("Never saved");
      expect(page.url()).toBe(here);
    }

    await page.evaluate(() => history.back());
    await question.leave.click();
    await expect(pane.dialog).toBeHidden();
    await expect(page).not.toHaveURL(/pane=/);
  });
});

test("whoever closes a pane while it is being saved is told when that is done", async ({ page, signIn }) => {
  await signIn("admin");
  const connections = new ConnectionsPage(page);
  await connections.goto();
  await connections.hydrated();
  await connections.row("Demo folder").getByRole("link", { name: "Demo folder", exact: true }).click();
  const pane = page.getByRole("dialog", { name: "Edit Demo folder" });
  let go = (): void => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route("**/api/ui/connections/update", async (route) => {
    await held;
    await route.continue();
  });
  await pane.getByRole("button", { name: "Save", exact: true }).click();
  await expect(pane.getByRole("button", { name: "Saving…" })).toHaveAttribute("aria-busy", "true");
  await page.keyboard.press("Escape");
  await expect(pane).toBeHidden();
  await expect(page.locator(".toast")).toHaveCount(0);
  go();
  await expect(page.locator(".toast")).toContainText("Connection saved");
});

test("a reload, and a link of the page, ask before changes are lost; a form without changes is left without a question", async ({
  page,
  signIn,
}) => {
  await signIn("contributor");
  const pane = await newExport(page);
  const exports = new ExportsPage(page);
  const question = new LeaveQuestion(page);
  const link = page.locator('nav a[href="/data/tables"]').first();
  // What is behind a pane cannot be pointed at.
  const follow = () => link.evaluate((element: HTMLElement) => element.click());
  const unasked: string[] = [];
  const asks = (dialog: Dialog) => {
    unasked.push(dialog.type());
    return dialog.accept();
  };

  page.on("dialog", asks);
  await pane.name.click();
  await page.reload();
  await pane.opened();
  await exports.hydrated();
  expect(unasked).toEqual([]);
  await follow();
  await expect(exports.heading).toHaveText("Tables");
  await expect(question.dialog).toHaveCount(0);
  page.off("dialog", asks);

  await newExport(page);
  await pane.name.pressSequentially("Kept");
  await follow();
  await expect(question.dialog).toBeVisible();
  await question.keep.click();
  await expect(pane.name).toHaveValue("Kept");
  for (const stays of [true, false]) {
    const asked = page.waitForEvent("dialog");
    const reloading = page.evaluate(() => location.reload()).catch(() => {});
    const dialog = await asked;
    expect(dialog.type()).toBe("beforeunload");
    await (stays ? dialog.dismiss() : dialog.accept());
    await reloading;
    await expect(pane.name).toHaveValue(stays ? "Kept" : "");
  }
});

test("a form without changes is left without a question", async ({ page, signIn }) => {
  await signIn("contributor");
  const pane = await newExport(page);
  await page.goBack();
  await expect(pane.dialog).toBeHidden();
  await expect(new LeaveQuestion(page).dialog).toHaveCount(0);
});

test("an administrator sets a connection up inside the form, which keeps what was typed", async ({
  page,
  server,
  signIn,
}) => {
  const folder = path.join(server.data, "demo", "made-in-the-form");
  await mkdir(folder, { recursive: true });
  await signIn("admin");
  const pane = await newExport(page);
  await pane.table("orders").check();
  await pane.name.fill("On a new connection");
  await pane.dialog.getByRole("button", { name: "New connection" }).click();
  const nested = page.getByRole("dialog", { name: "Set up connection" });
  await expect(nested).toBeVisible();
  // Its errors land on its own fields.
  await nested.getByRole("textbox", { name: "Folder" }).fill(folder);
  await nested.getByRole("checkbox", { name: "I agree" }).check();
  const name = nested.getByRole("textbox", { name: "Display name" });
  await name.fill("Made in the form");
  await nested.getByRole("button", { name: "Save" }).click();
  await expect(nested).toHaveCount(0);
  await expect(pane.connection.locator("option:checked")).toHaveText("Made in the form");
  await expect(pane.name).toHaveValue("On a new connection");
  await expect(pane.table("orders")).toBeChecked();
  await pane.save.click();
  await expect(pane.dialog).toBeHidden();
});

test("what only the server knows lands on its field", async ({ page, problems, signIn }) => {
  problems.expect(/\b422\b/);
  await signIn("admin");
  const pane = await newExport(page);
  await pane.chooseConnection("Demo folder");
  await pane.table("orders").check();
  await pane.name.fill("Written twice");
  await pane.save.click();
  await expect(pane.dialog).toBeHidden();

  const again = await newExport(page);
  await again.chooseConnection("Demo folder");
  await again.table("orders").check();
  await again.name.fill("WRITTEN twice");
  await again.save.click();
  await expect(again.name).toHaveAttribute("aria-invalid", "true");
  await expect(again.name).toBeFocused();
  await expect(again.dialog.getByRole("alert")).toContainText("taken");
});

test("what the preview shows is what is delivered", async ({ page, server, signIn }) => {
  await signIn("contributor");
  const pane = await newExport(page);
  await pane.chooseConnection("Demo folder");
  await pane.table("customers").check();
  await pane.name.fill("Shown and delivered");
  await pane.dialog.getByRole("button", { name: "Excel (France)" }).click();
  const text = beginning(pane);
  await expect(text).toContainText(/^\ufeff?[a-z_]+(;[a-z_]+)+/);
  const shown = (await text.textContent()) ?? "";
  const before = (await delivered(server.data, ".csv")).map((file) => file.path);
  await pane.saveAndRun.click();
  const run = await new RunPane(page).opened();
  await run.ends("Successful");
  const [file] = (await delivered(server.data, ".csv")).filter((one) => !before.includes(one.path));
  expect(file!.content.toString().startsWith(shown)).toBe(true);
});

test.describe("in New York", () => {
  test.use({ timezoneId: "America/New_York" });

  test("a new export has the time zone of the browser", async ({ page, signIn }) => {
    await signIn("contributor");
    const pane = await newExport(page);
    await pane.dialog.getByRole("combobox", { name: "Recurrence" }).selectOption("daily");
    await expect(pane.dialog.getByRole("combobox", { name: "Time zone" })).toHaveValue("America/New_York");
  });
});
