import type { Locator, Page } from "@playwright/test";

import type { Words } from "../fixtures/words.ts";
import { ExportsPage } from "./exports.ts";

/** Choosing exports in the list. */
export class ExportSelection {
  readonly exports: ExportsPage;
  /** The box over the boxes of the rows. */
  readonly head: Locator;
  /** What is said to who does not see. */
  readonly said: Locator;

  constructor(
    readonly page: Page,
    private readonly words: Words,
  ) {
    this.exports = new ExportsPage(page);
    this.head = this.exports.table.locator("thead").getByRole("checkbox");
    this.said = page.getByRole("status");
  }

  box(name: string): Locator {
    return this.exports.row(name).getByRole("checkbox", { name: this.words.selectRow(name), exact: true });
  }

  /** The name of the row whose box has the focus. */
  async focused(): Promise<string> {
    return this.page.evaluate(
      () => document.activeElement?.closest("tr")?.querySelector("th")?.textContent?.trim() ?? "",
    );
  }

  /** Which of these are chosen. */
  async chosen(names: readonly string[]): Promise<string[]> {
    const checked = await Promise.all(names.map((name) => this.box(name).isChecked()));
    return names.filter((_, place) => checked[place]);
  }

  /** The command that chooses all that match, once the page is chosen. */
  matching(count: number): Locator {
    return this.page.getByRole("button", { name: this.words.selectMatching(count) });
  }
}
