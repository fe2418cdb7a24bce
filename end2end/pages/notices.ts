import { expect, type Locator, type Page } from "@playwright/test";

import { Shell } from "./shell.ts";

/** *Notices*: what happened, what the person follows, groups; and the bell that leads there, on any page. */
export class NoticesPage extends Shell {
  readonly bell: Locator;
  readonly tabs: Locator;
  readonly commands: Locator;
  readonly table: Locator;
  /** The rows of the open tab. */
  readonly rows: Locator;
  readonly markAllRead: Locator;

  constructor(page: Page) {
    super(page);
    const main = page.getByRole("main");
    this.bell = page.getByRole("banner").getByRole("link", { name: /^(Notices|Notifications), / });
    this.tabs = main.getByRole("navigation", { name: /Views of notices|Vues des notifications/ });
    this.commands = main.getByRole("toolbar");
    this.table = main.getByRole("table").first();
    this.rows = this.table.locator("tbody tr").filter({ has: page.getByRole("rowheader") });
    this.markAllRead = this.commands.getByRole("button", { name: /Mark all as read|Tout marquer comme lu/ });
  }

  async goto(query = ""): Promise<void> {
    await this.page.goto(`/notices${query}`);
    await expect(this.heading).toBeVisible();
  }

  command(name: string): Locator {
    return this.commands.getByRole("link", { name, exact: true });
  }

  /** Of what is followed, or of a group. */
  row(name: string): Locator {
    return this.rows.filter({ has: this.page.getByRole("rowheader", { name, exact: true }) });
  }

  /** Opens the shared menu of a row and takes a command from it. */
  async fromMenu(name: string, command: string): Promise<void> {
    await this.row(name).locator("td.act").getByRole("link").click();
    await this.page.getByRole("menuitem", { name: command }).click();
  }

  /** Sends a test from the menu of a group; what came of it. */
  async test(name: string): Promise<Locator> {
    await this.fromMenu(name, "Send a test");
    return this.page.getByRole("main").locator(".message").filter({ hasText: name });
  }
}

/** *Notice settings* of an export or of everything, in either language. */
export class FollowPane {
  readonly dialog: Locator;
  readonly silent: Locator;
  readonly byMail: Locator;
  readonly save: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole("dialog", { name: /Notice settings|Réglages des notifications/ });
    this.silent = this.dialog.getByLabel(/^(Nothing delivered for|Rien de livré depuis)/);
    this.byMail = this.dialog.getByRole("checkbox", { name: /Also by e-mail|Aussi par e-mail/ });
    this.save = this.dialog.getByRole("button", { name: /^(Save|Enregistrer)$/ });
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

/** *Add group*, *Edit group*. */
export class GroupPane {
  readonly dialog: Locator;
  readonly name: Locator;
  readonly address: Locator;
  readonly problems: Locator;
  readonly result: Locator;
  readonly save: Locator;
  readonly test: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole("dialog", { name: /^(Add|Edit) group$/ });
    this.name = this.dialog.getByRole("textbox", { name: "Name", exact: true });
    this.address = this.dialog.getByRole("textbox", { name: /^(Mail address|URL)$/ });
    this.problems = this.dialog.getByRole("alert");
    this.result = this.dialog.getByRole("status").filter({ hasText: /reached/ });
    this.save = this.dialog.getByRole("button", { name: "Save", exact: true });
    this.test = this.dialog.getByRole("button", { name: "Send a test" });
  }

  async opened(): Promise<this> {
    await expect(this.dialog).toBeVisible();
    return this;
  }

  kind(name: "E-mail" | "Webhook"): Locator {
    return this.dialog.getByRole("radio", { name: new RegExp(`^${name}`) });
  }

  follows(name: "Everything" | "Chosen exports"): Locator {
    return this.dialog.getByRole("radio", { name });
  }

  export(name: string): Locator {
    return this.dialog.getByRole("checkbox", { name, exact: true });
  }

  async saved(): Promise<void> {
    await this.save.click();
    await expect(this.dialog).toBeHidden();
  }
}
