import { expect, type Locator, type Page } from "@playwright/test";

import { inEither } from "../fixtures/words.ts";
import { Shell } from "./shell.ts";

/** The columns that are always on, in their order. */
export const columns = [
  "Display name",
  "Type",
  "Status",
  "Refreshed",
  "Schedule",
  "Connection used",
  "Your permissions",
];

export class ExportsPage extends Shell {
  readonly table: Locator;
  readonly commands: Locator;
  /** The button behind which a narrow window has the commands on rows. */
  readonly more: Locator;
  readonly search: Locator;

  constructor(page: Page) {
    super(page);
    this.table = page.getByRole("table");
    this.commands = page.getByRole("toolbar");
    this.more = this.commands.locator("summary");
    this.search = page.getByRole("searchbox");
  }

  async goto(query = ""): Promise<void> {
    await this.page.goto(`/data/exports${query}`);
    await expect(this.heading).toBeVisible();
  }

  command(name: string | RegExp): Locator {
    return this.commands.getByRole("button", { name }).or(this.commands.getByRole("link", { name }));
  }

  row(name: string): Locator {
    return this.table.getByRole("row").filter({ has: this.page.getByRole("rowheader", { name, exact: true }) });
  }

  /** Names of the exports on this page, in their order. */
  async names(): Promise<string[]> {
    return this.table.getByRole("rowheader").allInnerTexts();
  }

  async select(name: string): Promise<void> {
    await this.row(name).getByRole("checkbox", { name: inEither((words) => words.selectRow(name)) }).check();
  }

  /** The cell with the status of an export; its title says why. */
  status(name: string): Locator {
    return this.row(name).getByRole("cell").nth(2);
  }

  /** The cell with the time of its last delivery. */
  refreshed(name: string): Locator {
    return this.row(name).getByRole("cell").nth(3);
  }

  /** The instant of its last delivery. */
  async refreshedAt(name: string): Promise<string | null> {
    return this.refreshed(name).locator("time").getAttribute("datetime");
  }

  /** The pane with all runs of an export, in either language. */
  runs(): Locator {
    return this.page.getByRole("dialog", { name: /^(Runs|Exécutions)$/ });
  }

  /** The link that opens an export, and leads to its pane without script too. */
  link(name: string): Locator {
    return this.row(name).getByRole("rowheader").getByRole("link");
  }

  header(name: string): Locator {
    return this.table.getByRole("columnheader", { name, exact: true });
  }

  /** Opens the shared menu of a row and takes a command from it. */
  async fromMenu(name: string, command: string | RegExp): Promise<void> {
    await this.row(name).getByRole("link", { name: inEither((words) => words.commandsFor(name)) }).click();
    await this.page.getByRole("menuitem", { name: command }).click();
  }
}
