import { expect, type Locator, type Page } from "@playwright/test";

import { type Words, words as ofLanguage } from "../fixtures/words.ts";
import { Shell } from "./shell.ts";

/** The audit log, in the language of these words. */
export class AuditPage extends Shell {
  readonly table: Locator;
  readonly rows: Locator;
  readonly filters: Locator;
  readonly search: Locator;
  readonly from: Locator;
  readonly to: Locator;
  readonly apply: Locator;
  readonly download: Locator;
  readonly retention: Locator;

  constructor(
    page: Page,
    private readonly words: Words = ofLanguage.en,
  ) {
    super(page);
    const main = page.getByRole("main");
    this.table = main.getByRole("table").first();
    this.rows = this.table.locator("tbody tr").filter({ has: page.getByRole("rowheader") });
    this.filters = main.getByRole("search");
    this.search = this.filters.locator("[name=q]");
    this.from = this.filters.locator("[name=from]");
    this.to = this.filters.locator("[name=to]");
    this.apply = this.filters.getByRole("button");
    const commands = main.getByRole("toolbar");
    this.download = commands.locator("[download]");
    this.retention = commands.getByRole("link", { name: words.retention, exact: true });
  }

  async goto(query = ""): Promise<void> {
    await this.page.goto(`/administration/audit${query}`);
    await expect(this.heading).toHaveText(this.words.auditLog);
  }

  /** The entries about an object of this name. */
  of(name: string): Locator {
    return this.rows.filter({ has: this.page.getByRole("link", { name, exact: true }) });
  }

  /** What is chosen, as a link that takes it away. */
  chosen(name: string): Locator {
    return this.page.getByRole("main").locator(".facet[aria-current]").filter({ hasText: name });
  }

  /** Narrows the list to one value of a menu of filters, known by its id. */
  async choose(menu: "kinds" | "doors", value: string): Promise<void> {
    await this.page.locator(`[popovertarget=audit-${menu}]`).click();
    await this.page.locator(`#audit-${menu}`).getByRole("menuitem", { name: value, exact: true }).click();
  }

  /** Opens an entry. */
  async open(row: Locator): Promise<EntryPane> {
    await row.getByRole("rowheader").getByRole("link").click();
    const pane = new EntryPane(this.page);
    await expect(pane.differences.or(pane.dialog.getByRole("definition").first()).first()).toBeVisible();
    return pane;
  }
}

/** One entry. */
export class EntryPane {
  readonly dialog: Locator;
  readonly differences: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole("dialog");
    this.differences = this.dialog.getByRole("table");
  }

  /** What a field was and what it is. */
  async difference(field: string): Promise<string[]> {
    const row = this.differences.getByRole("row").filter({ hasText: field });
    return row.getByRole("cell").allInnerTexts();
  }
}
