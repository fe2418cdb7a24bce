// The main job as a person does it, in Chromium: signs in, adds a source, and for each case a connection and
// an export, *Save and run*, and waits for the receipt. Reads what to do as JSON from standard input, prints
// a line of JSON for each case: {title, run, rows}. What was delivered is compared by who calls this.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";

import { chromium, expect } from "@playwright/test";

const LONG = 600_000;
const { address, email, password, sources } = JSON.parse(await text(process.stdin));
const profile = await mkdtemp(path.join(tmpdir(), "waybill-walk-"));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.WAYBILL_BROWSER ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  locale: "en-GB",
  viewport: { width: 1280, height: 800 },
});
const page = context.pages()[0] ?? (await context.newPage());
const complaints = [];
page.on("console", (message) => complaints.push(message.text()));
page.on("pageerror", (error) => complaints.push(error.message));

const dialog = page.getByRole("dialog");
const live = () => page.waitForFunction(() => document.documentElement.hasAttribute("data-hydrated"));
const command = (name) => page.getByRole("toolbar").getByRole("link", { name });
const field = (name) => dialog.getByRole("textbox", { name });
const close = async () => {
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
};

async function open(place) {
  await page.goto(address + place);
  await live();
}

async function addSource({ name, folder, tables }) {
  await open("/data/sources");
  await command("Add source").click();
  await field("Name").fill(name);
  await field("Folder").fill(folder);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name, exact: true }) });
  await expect(row).toContainText("Successful", { timeout: LONG });
  await expect(row).toContainText(String(tables));
}

async function addConnection({ title, folder }) {
  await open("/administration/connections");
  await command("Add connection").click();
  await field("Display name").fill(title);
  await field("Folder").fill(folder);
  await dialog.getByRole("checkbox", { name: "I agree" }).check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
}

async function addExport(source, { title, table, format }) {
  await open("/data/exports");
  await command("Add export").click();
  const connection = dialog.getByRole("combobox", { name: "Connection for export" });
  await connection.selectOption({ label: title });
  const item = dialog.getByRole("listitem").filter({ hasText: source }).filter({ has: page.getByRole("checkbox", { name: table }) });
  await item.getByRole("checkbox", { name: table }).check();
  await dialog.getByRole("radio", { name: format }).check();
  await field("Display name").fill(title);
  await dialog.getByRole("button", { name: "Save and run" }).click();
  const run = page.getByRole("dialog", { name: "Run details" });
  await expect(run.getByText("Successful", { exact: true }).first()).toBeVisible({ timeout: LONG });
  const counts = run.getByRole("table", { name: "Rows by what became of them" });
  const written = await counts.getByRole("row", { name: new RegExp(`^${table}\\b`) }).innerText();
  const id = new URL(page.url()).searchParams.get("pane").split("/")[1];
  await close();
  return { title, run: id, rows: written };
}

try {
  await page.goto(address);
  await live();
  await page.locator('input[type="email"]').fill(email);
  await page.locator('input[type="password"]').fill(password);
  await page.locator('input[type="password"]').press("Enter");
  await page.getByRole("navigation").first().waitFor();
  for (const source of sources) {
    await addSource(source);
    for (const one of source.cases) {
      await addConnection(one);
      console.log(JSON.stringify(await addExport(source.name, one)));
    }
  }
  if (complaints.length > 0) throw new Error(`the browser complained: ${complaints.join("\n")}`);
} catch (error) {
  await page.screenshot({ path: path.join(import.meta.dirname, "results/walk-failed.png") }).catch(() => undefined);
  throw error;
} finally {
  await context.close();
  await rm(profile, { recursive: true, force: true });
}
