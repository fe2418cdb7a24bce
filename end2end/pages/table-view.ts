import { expect, type Locator, type Page } from "@playwright/test";

import type { Words } from "../fixtures/words.ts";

/** The panel that says how the table is liked. */
export class TableView {
  readonly button: Locator;
  readonly panel: Locator;

  constructor(
    readonly page: Page,
    private readonly words: Words,
  ) {
    this.button = page.getByRole("button", { name: words.tableView });
    this.panel = page.getByRole("dialog", { name: words.tableView });
  }

  async open(): Promise<void> {
    await this.button.click();
    await expect(this.panel).toBeVisible();
  }

  column(name: string): Locator {
    return this.panel.getByRole("group", { name: this.words.columns }).getByRole("checkbox", { name, exact: true });
  }

  choice(group: string, name: string): Locator {
    return this.panel.getByRole("group", { name: group }).getByRole("radio", { name, exact: true });
  }

  /** Sends the choices, and waits for the page that is drawn by them. */
  async apply(): Promise<void> {
    const answered = this.page.waitForResponse((response) => response.url().includes("/preferences/table"));
    await this.panel.getByRole("button", { name: this.words.apply }).click();
    await answered;
    await this.page.waitForLoadState();
    await expect(this.panel).toBeHidden();
  }
}
