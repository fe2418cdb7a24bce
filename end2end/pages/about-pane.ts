import { expect, type Locator, type Page } from "@playwright/test";

import { inEither } from "../fixtures/words.ts";

/** *Labels, owner and note* of an export, in either language. */
export class AboutPane {
  readonly dialog: Locator;
  readonly labels: Locator;
  readonly known: Locator;
  readonly add: Locator;
  readonly owner: Locator;
  readonly note: Locator;
  readonly problems: Locator;
  readonly conflict: Locator;
  readonly saveOver: Locator;
  readonly loadTheirs: Locator;
  readonly save: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole("dialog", { name: /^(Labels, owner and note|Étiquettes, responsable et note)$/ });
    this.labels = this.dialog.getByRole("textbox", { name: inEither((words) => words.labels) });
    this.known = this.dialog.getByRole("combobox", { name: /^(Labels in use|Étiquettes utilisées)/ });
    this.add = this.dialog.getByRole("button", { name: /^(Add label|Ajouter l’étiquette)$/ });
    this.owner = this.dialog.getByRole("combobox", { name: inEither((words) => words.owner) });
    this.note = this.dialog.getByRole("textbox", { name: /^Note$/ });
    this.problems = this.dialog.getByRole("alert");
    this.conflict = this.dialog
      .getByRole("status")
      .filter({ hasText: /Somebody saved this export meanwhile|Quelqu’un a enregistré cette exportation entre-temps/ });
    this.saveOver = this.conflict.getByRole("button", { name: /^(Save mine over it|Enregistrer la mienne par-dessus)$/ });
    this.loadTheirs = this.conflict.getByRole("button", { name: /^(Load their version|Charger l’autre version)$/ });
    this.save = this.dialog.getByRole("button", { name: inEither((words) => words.save) });
  }

  async opened(): Promise<this> {
    await expect(this.dialog).toBeVisible();
    return this;
  }

  /** Saves, and waits until the pane is closed: it stays where something was not saved. */
  async saved(): Promise<void> {
    await this.save.click();
    await expect(this.dialog).toBeHidden();
  }
}

/** The link to the pane in the details of an export, in either language. */
export const editAbout = (page: Page): Locator =>
  page
    .getByRole("dialog")
    .getByRole("link", { name: /^(Edit labels, owner and note|Modifier étiquettes, responsable et note)/ });
