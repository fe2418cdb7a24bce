import { expect, type Locator, type Page } from "@playwright/test";

import { inEither, startsWith, words } from "../fixtures/words.ts";

/** *Manage exports* of a segment, in either language. */
export class SegmentExportsPane {
  readonly dialog: Locator;
  /** Those that contain the segment. */
  readonly containing: Locator;
  /** Those that do not. */
  readonly others: Locator;
  readonly search: Locator;
  readonly addExport: Locator;
  readonly back: Locator;

  constructor(private readonly page: Page) {
    this.dialog = page.getByRole("dialog", { name: inEither((words) => words.manageExports) });
    this.containing = this.dialog.getByRole("table", {
      name: /^(Exports that contain the segment|Exportations qui contiennent le segment)$/,
    });
    this.others = this.dialog.getByRole("table", {
      name: /^(Exports that do not contain the segment|Exportations qui ne contiennent pas le segment)$/,
    });
    this.search = this.dialog.getByRole("searchbox");
    this.addExport = this.dialog.getByRole("link", { name: inEither((words) => words.addExport) });
    this.back = this.dialog.getByRole("link", { name: inEither((words) => words.back) });
  }

  async opened(): Promise<this> {
    await expect(this.dialog).toBeVisible();
    return this;
  }

  row(group: Locator, name: string): Locator {
    return group.getByRole("row").filter({ has: this.page.getByRole("rowheader", { name, exact: true }) });
  }

  /** *Add segment* of an export that does not contain it. */
  add(name: string): Locator {
    const buttons = this.row(this.others, name).getByRole("button");
    const isNamed = (text: string) => buttons.and(this.page.getByRole("button", { name: startsWith(text) }));
    return isNamed(words.en.addSegment).or(isNamed(words.fr.addSegment));
  }
}
