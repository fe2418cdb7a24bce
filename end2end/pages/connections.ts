import { expect, type Locator, type Page } from "@playwright/test";

import { Shell } from "./shell.ts";

export class ConnectionsPage extends Shell {
  readonly table: Locator;
  readonly add: Locator;

  constructor(page: Page) {
    super(page);
    this.table = page.getByRole("table");
    this.add = page.getByRole("toolbar").getByText("Add connection");
  }

  async goto(): Promise<void> {
    await this.page.goto("/administration/connections");
    await expect(this.heading).toBeVisible();
  }

  row(name: string): Locator {
    return this.table.getByRole("row").filter({ has: this.page.getByRole("rowheader", { name, exact: true }) });
  }
}
