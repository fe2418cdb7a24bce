import { expect, type Locator, type Page } from "@playwright/test";

import { Shell } from "./shell.ts";

/** Sources and tables, with a table's schema and preview in a pane. */
export class DataPage extends Shell {
  readonly table: Locator;

  constructor(page: Page) {
    super(page);
    this.table = page.getByRole("table").first();
  }

  async gotoTables(): Promise<void> {
    await this.page.goto("/data/tables");
    await expect(this.heading).toBeVisible();
  }

  async gotoSources(): Promise<void> {
    await this.page.goto("/data/sources");
    await expect(this.heading).toBeVisible();
  }

  row(name: string): Locator {
    return this.table.getByRole("row").filter({ has: this.page.getByRole("rowheader", { name, exact: true }) });
  }

  async open(name: string): Promise<Locator> {
    await this.row(name).getByRole("link").first().click();
    const pane = this.page.getByRole("dialog");
    await expect(pane).toBeVisible();
    return pane;
  }
}
