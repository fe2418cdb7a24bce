import { expect, type Locator, type Page } from "@playwright/test";

import { inEither } from "../fixtures/words.ts";

/** What narrows the list of exports: the menus of its facets, and the row of what is on. */
export class ExportFilters {
  /** What is on, each a link that takes it away. */
  readonly chips: Locator;
  readonly clearAll: Locator;
  readonly rowsPerPage: Locator;
  /** What is said to readers of the screen after a change. */
  readonly said: Locator;

  constructor(private readonly page: Page) {
    this.chips = page.getByRole("group", { name: /^(Filtered by|Filtré par)$/ }).getByRole("link");
    this.clearAll = page.locator(".filters").getByRole("link", { name: inEither((words) => words.clearAll) });
    this.rowsPerPage = page.getByRole("group", { name: inEither((words) => words.rowsPerPage) });
    this.said = page.getByRole("main").getByRole("status").filter({ hasText: /^\d+ export/ });
  }

  /** Opens the menu of a facet. */
  async open(facet: string): Promise<Locator> {
    await this.page.getByRole("button", { name: facet, exact: true }).click();
    const menu = this.page.getByRole("menu", { name: facet, exact: true });
    await expect(menu).toBeVisible();
    return menu;
  }

  /** What a facet offers, with how many there are of each. */
  async counts(facet: string): Promise<Map<string, number>> {
    const menu = await this.open(facet);
    const texts = await menu.getByRole("menuitem").allInnerTexts();
    await this.page.keyboard.press("Escape");
    await expect(menu).toBeHidden();
    const pairs = texts.map((text) => /^(.*?)\s+(\d+)\s*$/s.exec(text));
    return new Map(pairs.map((pair) => [pair![1]!, Number(pair![2])]));
  }

  /** Narrows the list to a value, or no longer. */
  async choose(facet: string, value: string): Promise<void> {
    const menu = await this.open(facet);
    await menu.getByRole("menuitem", { name: value }).click();
    await expect(menu).toBeHidden();
  }

  /** The chip of a property and its value. */
  chip(property: string, value: string): Locator {
    return this.chips.filter({ hasText: new RegExp(`^${property}\\s?: ${value}$`) });
  }
}
