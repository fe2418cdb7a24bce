import { expect, type Locator, type Page } from "@playwright/test";

import { Shell } from "./shell.ts";

/** *People*: who there is, and who is invited. In either language. */
export class PeoplePage extends Shell {
  readonly commands: Locator;
  readonly table: Locator;
  readonly dialog: Locator;

  constructor(page: Page) {
    super(page);
    const main = page.getByRole("main");
    this.commands = main.getByRole("toolbar");
    this.table = main.getByRole("table");
    // A question that cannot be taken back is one, too.
    this.dialog = page.getByRole("dialog").or(page.getByRole("alertdialog"));
  }

  async goto(query = ""): Promise<void> {
    await this.page.goto(`/administration/people${query}`);
    await expect(this.heading).toBeVisible();
    await this.hydrated();
  }

  row(name: string): Locator {
    const head = this.page.getByRole("rowheader", { name });
    return this.table.locator("tbody tr").filter({ has: head });
  }

  command(name: string | RegExp): Locator {
    return this.commands.getByRole("link", { name });
  }

  /** Opens the shared menu of a row and takes a command from it. */
  async fromMenu(name: string, command: string): Promise<void> {
    await this.row(name).locator("td.act").getByRole("link").click();
    await this.page.getByRole("menuitem", { name: command, exact: true }).click();
  }

  /** A field of the open pane. */
  field(name: string | RegExp): Locator {
    return this.dialog.getByRole("textbox", { name });
  }

  role(name: string): Locator {
    return this.dialog.getByRole("radio", { name: new RegExp(`^${name}`) });
  }

  button(name: string | RegExp): Locator {
    return this.dialog.getByRole("button", { name });
  }

  /** What is shown once, in a field to be copied. */
  async shown(label: string): Promise<string> {
    return this.dialog.getByLabel(label, { exact: true }).inputValue();
  }

  async closed(): Promise<void> {
    await expect(this.dialog).toHaveCount(0);
  }
}
