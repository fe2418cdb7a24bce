import { expect, type Locator, type Page } from "@playwright/test";

import { type Words, words as ofLanguage } from "../fixtures/words.ts";

/** *History*: the changes of an export, newest first. */
export class HistoryPane {
  readonly dialog: Locator;
  readonly changes: Locator;

  constructor(
    private readonly page: Page,
    private readonly words: Words = ofLanguage.en,
  ) {
    this.dialog = page.getByRole("dialog", { name: words.history, exact: true });
    this.changes = this.dialog.locator("ol > li");
  }

  async opened(): Promise<this> {
    await expect(this.dialog).toBeVisible();
    return this;
  }

  /** The row of a field among the differences of a change: what it was, and what it is. */
  difference(change: Locator, field: string): Locator {
    const row = change.getByRole("row");
    return row.filter({ has: this.page.getByRole("rowheader", { name: field, exact: true }) }).getByRole("cell");
  }

  /** Takes the version of a change again. */
  restore(change: Locator): Locator {
    return change.getByRole("button", { name: new RegExp(`^${this.words.restore}`) });
  }
}
