import { expect, type Locator, type Page } from "@playwright/test";

import { inEither } from "../fixtures/words.ts";

/** *Set up export*, *Edit export*. */
export class ExportPane {
  readonly dialog: Locator;
  readonly connection: Locator;
  readonly name: Locator;
  readonly format: Locator;
  readonly save: Locator;
  readonly saveAndRun: Locator;
  readonly close: Locator;

  constructor(page: Page, title: string | RegExp) {
    this.dialog = page.getByRole("dialog", { name: title });
    this.connection = this.dialog.getByRole("combobox", { name: inEither((words) => words.connectionForExport) });
    this.name = this.dialog.getByRole("textbox", { name: inEither((words) => words.displayName) });
    this.format = this.dialog.getByRole("group", { name: inEither((words) => words.fileFormat) });
    this.save = this.dialog.getByRole("button", { name: inEither((words) => words.save) });
    this.saveAndRun = this.dialog.getByRole("button", { name: inEither((words) => words.saveAndRun) });
    this.close = this.dialog.getByRole("link", { name: inEither((words) => words.close) });
  }

  async opened(): Promise<this> {
    await expect(this.dialog).toBeVisible();
    return this;
  }

  table(name: string): Locator {
    return this.dialog.getByRole("checkbox", { name: new RegExp(`^${name}\\b`) });
  }

  /** Chooses the connection whose text holds `name`. */
  async chooseConnection(name: string): Promise<void> {
    const option = this.connection.locator("option:not([value=''])").filter({ hasText: name }).first();
    await this.connection.selectOption(await option.getAttribute("value"));
  }
}
