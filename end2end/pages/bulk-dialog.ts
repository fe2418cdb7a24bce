import type { Locator, Page } from "@playwright/test";

import { command, type Words } from "../fixtures/words.ts";

/** The question before a command on many exports, and the report after it. */
export class BulkDialog {
  readonly dialog: Locator;
  readonly number: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole("alertdialog");
    this.number = this.dialog.getByRole("textbox");
  }

  answer(name: string): Locator {
    return this.dialog.getByRole("button", { name: command(name) });
  }

  /** The exports left out, by reason. */
  leftOut(words: Words): Locator {
    return this.dialog.locator("section").filter({ hasText: words.leftOut }).getByRole("listitem");
  }
}
