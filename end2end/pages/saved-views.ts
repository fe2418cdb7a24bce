import { expect, type Locator, type Page } from "@playwright/test";

import { inEither } from "../fixtures/words.ts";

/** The menu *Saved views* and the pane behind it, in either language. */
export class SavedViews {
  readonly menu: Locator;
  readonly dialog: Locator;
  readonly name: Locator;
  readonly save: Locator;
  readonly close: Locator;

  constructor(private readonly page: Page) {
    this.menu = page.getByRole("button", { name: inEither((words) => words.savedViews) });
    this.dialog = page.getByRole("dialog", { name: inEither((words) => words.savedViews) });
    this.name = this.dialog.getByRole("textbox", { name: /^(Name of the view|Nom de la vue)/ });
    this.save = this.dialog.getByRole("button", { name: /^(Save view|Enregistrer la vue)$/ });
    this.close = this.dialog.getByRole("link", { name: inEither((words) => words.close) });
  }

  /** A view in the open menu. */
  item(name: string): Locator {
    return this.page.getByRole("menuitem", { name, exact: true });
  }

  /** A view in the pane. */
  row(name: string): Locator {
    return this.dialog.getByRole("listitem").filter({ has: this.page.getByRole("link", { name, exact: true }) });
  }

  /** What can be done to a view in the pane. */
  command(name: string, what: "rename" | "replace" | "remove"): Locator {
    const words = { rename: /^(Rename|Renommer) /, replace: /^(Replace|Remplacer) /, remove: /^(Remove|Supprimer) / };
    return this.row(name).getByRole("button", { name: words[what] });
  }

  /** The field in which a view gets another name. */
  newName(name: string): Locator {
    return this.row(name).getByRole("textbox");
  }

  /** Opens the pane from the menu. */
  async keep(): Promise<void> {
    await this.menu.click();
    await this.page.getByRole("menuitem", { name: /^(Save or change views|Enregistrer ou modifier des vues)/ }).click();
    await expect(this.dialog).toBeVisible();
  }

  /** Opens a view from the menu. */
  async open(name: string): Promise<void> {
    await this.menu.click();
    await this.item(name).click();
  }
}
