import { expect, type Locator, type Page } from "@playwright/test";

import { type Words, words as ofLanguage } from "../fixtures/words.ts";
import { Shell } from "./shell.ts";

/** The list of all runs, in the language of these words. */
export class RunsPage extends Shell {
  readonly table: Locator;
  readonly rows: Locator;
  readonly filters: Locator;
  readonly file: Locator;
  readonly from: Locator;
  readonly to: Locator;
  readonly apply: Locator;

  constructor(
    page: Page,
    private readonly words: Words = ofLanguage.en,
  ) {
    super(page);
    const main = page.getByRole("main");
    this.table = main.getByRole("table").first();
    this.rows = this.table.locator("tbody tr").filter({ has: page.getByRole("rowheader") });
    this.filters = main.getByRole("search");
    this.file = this.filters.getByRole("textbox", { name: words.fileName, exact: true });
    this.from = this.filters.getByLabel(words.from, { exact: true });
    this.to = this.filters.getByLabel(words.to, { exact: true });
    this.apply = this.filters.getByRole("button");
  }

  async goto(query = ""): Promise<void> {
    await this.page.goto(`/data/runs${query}`);
    await expect(this.heading).toHaveText(this.words.runsPage);
  }

  /** The runs of an export. */
  of(name: string): Locator {
    return this.rows.filter({ has: this.page.getByRole("link", { name, exact: true }) });
  }

  /** Waits until every row is of this export, and there is at least one. */
  async showOnly(name: string): Promise<void> {
    await expect(this.of(name).first()).toBeVisible();
    await expect(this.rows.filter({ hasNot: this.page.getByRole("link", { name, exact: true }) })).toHaveCount(0);
  }

  /** The link that narrows the list to a status, or widens it again. */
  status(name: string): Locator {
    return this.page.getByRole("main").locator(".facet").filter({ hasText: name });
  }

  /** What is chosen, as a link that takes it away. */
  chosen(name: string): Locator {
    return this.page.getByRole("main").locator(".facet[aria-current]").filter({ hasText: name });
  }
}
