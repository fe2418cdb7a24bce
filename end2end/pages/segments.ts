import { expect, type Locator, type Page } from "@playwright/test";

import { Shell } from "./shell.ts";

/** The list of segments, and *Removed*. */
export class SegmentsPage extends Shell {
  readonly table: Locator;
  readonly commands: Locator;
  readonly tabs: Locator;

  constructor(page: Page) {
    super(page);
    this.table = page.getByRole("main").getByRole("table").first();
    this.commands = page.getByRole("toolbar");
    this.tabs = page.getByRole("navigation", { name: /^(Views of segments|Vues des segments)$/ });
  }

  async goto(query = ""): Promise<void> {
    await this.page.goto(`/data/segments${query}`);
    await expect(this.heading).toBeVisible();
    await this.hydrated();
  }

  row(name: string): Locator {
    return this.table.getByRole("row").filter({ has: this.page.getByRole("rowheader", { name, exact: true }) });
  }

  async open(name: string): Promise<Locator> {
    await this.row(name).getByRole("rowheader").getByRole("link").click();
    const pane = this.pane("Segment details");
    await expect(pane).toBeVisible();
    return pane;
  }

  /** Opens the shared menu of a row and takes a command from it. */
  async fromMenu(name: string, command: string): Promise<void> {
    // Rows that come anew in between take the menu with them.
    await expect(async () => {
      await this.row(name).getByRole("link", { name: `Commands for ${name}` }).click();
      await this.page.getByRole("menuitem", { name: command }).click({ timeout: 2000 });
    }).toPass();
  }
}

/** *New segment*, *Edit segment*. */
export class SegmentPane {
  readonly dialog: Locator;
  readonly name: Locator;
  readonly table: Locator;
  readonly statement: Locator;
  readonly sentence: Locator;
  readonly count: Locator;
  readonly first: Locator;
  readonly problems: Locator;
  readonly conflict: Locator;
  readonly save: Locator;
  readonly saveAsNew: Locator;
  readonly close: Locator;

  constructor(page: Page, title = "New segment") {
    this.dialog = page.getByRole("dialog", { name: title });
    this.name = this.dialog.getByRole("textbox", { name: "Name", exact: true });
    this.table = this.dialog.getByRole("combobox", { name: "Table", exact: true });
    this.statement = this.dialog.getByRole("textbox", { name: "SQL statement" });
    this.sentence = this.dialog.locator(".condition-sentence");
    this.count = this.dialog.locator(".preview-count");
    this.first = this.dialog.locator(".preview-rows").getByRole("table");
    this.problems = this.dialog.getByRole("alert");
    this.conflict = this.dialog.getByRole("status").filter({ hasText: "Somebody saved this segment meanwhile" });
    this.save = this.dialog.getByRole("button", { name: "Save", exact: true });
    this.saveAsNew = this.dialog.getByRole("button", { name: "Save as new segment" });
    this.close = this.dialog.getByRole("link", { name: "Close" });
  }

  async opened(): Promise<this> {
    await expect(this.dialog).toBeVisible();
    return this;
  }

  /** Rows by conditions, or by a statement. */
  kind(name: "Conditions" | "SQL"): Locator {
    return this.dialog.getByRole("radio", { name });
  }

  group(number: number): Locator {
    return this.dialog.getByRole("group", { name: `Group ${number}` });
  }

  column(condition: number): Locator {
    return this.dialog.getByRole("combobox", { name: `Column of condition ${condition}`, exact: true });
  }

  comparison(condition: number): Locator {
    return this.dialog.getByRole("combobox", { name: `Comparison of condition ${condition}`, exact: true });
  }

  value(condition: number): Locator {
    return this.dialog.getByLabel(`Value of condition ${condition}`, { exact: true });
  }

  add(what: "condition" | "group", to = ""): Locator {
    return this.dialog.getByRole("button", { name: `Add ${what}${to}`, exact: true });
  }

  /** Fills a condition in; the values follow from the comparison. */
  async condition(number: number, column: string, comparison: string, value?: string): Promise<void> {
    await this.column(number).selectOption(column);
    await this.comparison(number).selectOption(comparison);
    if (value !== undefined) await this.value(number).fill(value);
  }

  async chooseTable(name: string): Promise<void> {
    await this.table.selectOption({ label: name });
  }

  async saved(): Promise<void> {
    await this.save.click();
    await expect(this.dialog).toBeHidden();
  }
}
