import type { Locator, Page } from "@playwright/test";

import { inEither } from "../fixtures/words.ts";

/** The question before a form that was changed is left. */
export class LeaveQuestion {
  readonly dialog: Locator;
  readonly leave: Locator;
  readonly keep: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole("alertdialog", { name: inEither((words) => words.leave) });
    this.leave = this.dialog.getByRole("button", { name: /^\s*(Leave|Quitter)\s*$/ });
    this.keep = this.dialog.getByRole("button", { name: /^\s*(Keep editing|Continuer la saisie)\s*$/ });
  }
}
