import { expect, type Locator, type Page } from "@playwright/test";

/** *Run details*: progress, then the waybill; the counts in English alone. */
export class RunPane {
  readonly dialog: Locator;
  readonly facts: Locator;
  readonly counts: Locator;
  readonly files: Locator;
  /** The bars of its tables while it goes, each with its rows in words. */
  readonly progress: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole("dialog", { name: /^(Run details|Détails de l’exécution)$/ });
    this.facts = this.dialog.locator(".key-values").first();
    this.counts = this.dialog.getByRole("table", { name: "Rows by what became of them" });
    this.files = this.dialog.locator(".waybill-file");
    this.progress = this.dialog.locator(".run-progress .progress");
  }

  async opened(): Promise<this> {
    await expect(this.dialog).toBeVisible();
    return this;
  }

  async ends(status: string): Promise<void> {
    await expect(this.facts.getByText(status, { exact: true })).toBeVisible({ timeout: 45_000 });
  }

  /** A count of the waybill, as a number, whatever separators the language writes. */
  async count(table: string, column: string): Promise<number> {
    const headers = await this.counts.getByRole("columnheader").allInnerTexts();
    const index = headers.findIndex((text) => text.trim() === column);
    expect(index, `a column ${column} among ${headers.join(", ")}`).toBeGreaterThan(-1);
    const row = this.counts.getByRole("row", { name: new RegExp(`^${table}\\b`) });
    const text = await row.locator("th, td").nth(index).innerText();
    return Number(text.replaceAll(/[^\d]/g, ""));
  }

  /** The listed file with this checksum. */
  file(sha256: string): Locator {
    return this.files.filter({ has: this.dialog.page().locator(`input[value="${sha256}"]`) });
  }
}
