import { expect, type Locator, type Page } from "@playwright/test";

import { Shell } from "./shell.ts";

/** *Connections*: the list, *Discover*, *Removed*; in either language where a name is not given. */
export class ConnectionsPage extends Shell {
  readonly table: Locator;
  readonly add: Locator;
  readonly tabs: Locator;
  /** The tiles of *Discover*. */
  readonly tiles: Locator;

  constructor(page: Page) {
    super(page);
    this.table = page.getByRole("table");
    this.add = page.getByRole("toolbar").getByText(/^(Add connection|Ajouter une connexion)$/);
    this.tabs = page.getByRole("navigation", { name: /^(Views of connections|Vues des connexions)$/ });
    this.tiles = page.getByRole("main").locator(".tile");
  }

  async goto(query = ""): Promise<void> {
    await this.page.goto(`/administration/connections${query}`);
    await expect(this.heading).toBeVisible();
  }

  /** A row of the list: its header may have marks beside the name. */
  row(name: string): Locator {
    const link = this.page.getByRole("rowheader").getByRole("link", { name, exact: true });
    return this.table.getByRole("row").filter({ has: link });
  }

  /** A row of *Removed*. */
  removedRow(name: string): Locator {
    return this.table.getByRole("row").filter({ has: this.page.getByRole("rowheader", { name, exact: true }) });
  }

  tile(name: string): Locator {
    return this.tiles.filter({ has: this.page.getByRole("heading", { name, exact: true }) });
  }

  /** Opens the shared menu of a row and takes a command from it. */
  async fromMenu(name: string, command: string): Promise<void> {
    await this.row(name).locator("td.act").getByRole("link").click();
    await this.page.getByRole("menuitem", { name: command, exact: true }).click();
  }

  /** Opens a connection to edit it. */
  async edit(name: string): Promise<ConnectionPane> {
    await this.row(name).getByRole("rowheader").getByRole("link", { name, exact: true }).click();
    return new ConnectionPane(this.page, `Edit ${name}`).opened();
  }

  /** Opens the form of a type. */
  async setUp(type: string): Promise<ConnectionPane> {
    await this.goto(`?pane=new/${type}`);
    await this.hydrated();
    return new ConnectionPane(this.page, "Set up connection").opened();
  }

  /** What the test of a row found. */
  result(name: string): Locator {
    return this.page.getByRole("main").locator(".message").filter({ hasText: name });
  }
}

/** *Set up connection*, *Edit …*. */
export class ConnectionPane {
  readonly dialog: Locator;
  readonly name: Locator;
  readonly type: Locator;
  readonly agree: Locator;
  readonly save: Locator;
  readonly test: Locator;
  /** What a test found. */
  readonly result: Locator;
  /** What is wrong with the fields. */
  readonly problems: Locator;

  constructor(page: Page, title: string | RegExp) {
    this.dialog = page.getByRole("dialog", { name: title });
    this.name = this.dialog.getByRole("textbox", { name: /^(Display name|Nom d’affichage)/ });
    this.type = this.dialog.getByRole("combobox", { name: "Type" });
    this.agree = this.dialog.getByRole("checkbox", { name: /^(I agree|J’accepte)$/ });
    this.save = this.dialog.getByRole("button", { name: /^(Save|Enregistrer)$/ });
    this.test = this.dialog.getByRole("button", { name: /^(Test|Tester)$/ });
    this.result = this.dialog.locator("#connection-said .message");
    this.problems = this.dialog.getByRole("alert");
  }

  async opened(): Promise<this> {
    await expect(this.dialog).toBeVisible();
    await expect(this.save).toBeVisible();
    return this;
  }

  /** A field of the type, by its key. */
  config(key: string): Locator {
    return this.dialog.locator(`[name="config.${key}"]`);
  }

  secret(key: string): Locator {
    return this.dialog.locator(`[name="secrets.${key}"]`);
  }

  async fill(config: Record<string, string>, secrets: Record<string, string>): Promise<void> {
    for (const [key, value] of Object.entries(config)) await this.config(key).fill(value);
    for (const [key, value] of Object.entries(secrets)) await this.secret(key).fill(value);
  }

  radio(name: string): Locator {
    return this.dialog.getByRole("radio", { name, exact: true });
  }

  person(name: string): Locator {
    return this.dialog.getByRole("checkbox", { name, exact: true });
  }

  async more(): Promise<void> {
    await this.dialog.getByText(/^(More options|Plus d’options)$/).click();
  }

  /** The steps of the last test, each as `Name: Done` or `Name: Failed`. */
  async steps(): Promise<string[]> {
    await expect(this.result).toBeVisible({ timeout: 30_000 });
    const said = await this.result.locator(".step .badge").allInnerTexts();
    return said.map((text) => text.replace(/\s*,\s*/, ": ").replaceAll(/\s+/g, " ").trim());
  }

  /** Tests what is typed; the steps. */
  async tested(): Promise<string[]> {
    await this.test.click();
    await expect(this.test).not.toHaveAttribute("aria-busy", "true", { timeout: 30_000 });
    return this.steps();
  }

  /** Saves, and waits until the pane is closed: it stays where something was not saved. */
  async saved(): Promise<void> {
    await this.save.click();
    await expect(this.dialog).toBeHidden();
  }
}

/** *… is in use*, then *Remove …?*. */
export class InUseDialog {
  readonly dialog: Locator;
  readonly exports: Locator;
  readonly remove: Locator;

  constructor(page: Page, connection: string) {
    this.dialog = page.getByRole("alertdialog", { name: new RegExp(`^(${connection} is in use|Remove ${connection}\\?)$`) });
    this.exports = this.dialog.getByRole("list", { name: "Exports of this connection" }).getByRole("listitem");
    this.remove = this.dialog.getByRole("button", { name: "Remove connection" });
  }

  async release(how: "Detach" | "Remove", name: string): Promise<void> {
    await this.dialog.getByRole("button", { name: `${how} ${name}`, exact: true }).click();
    await expect(this.exports.filter({ hasText: name })).toHaveCount(0);
  }
}
