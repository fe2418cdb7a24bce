import { expect, type Locator, type Page } from "@playwright/test";

import { Shell } from "./shell.ts";

/** *Your account*. */
export class AccountPage extends Shell {
  readonly name: Locator;
  readonly old: Locator;
  readonly new: Locator;
  readonly done: Locator;
  readonly problems: Locator;
  readonly sessions: Locator;

  constructor(page: Page) {
    super(page);
    const main = page.getByRole("main");
    this.name = main.getByRole("textbox", { name: /^(Name|Nom)$/ });
    this.old = main.locator('input[name="old"]');
    this.new = main.locator('input[name="new"]');
    this.done = main.locator(".message-success");
    this.problems = main.getByRole("alert");
    this.sessions = main.getByRole("table").locator("tbody tr");
  }

  async goto(query = ""): Promise<void> {
    await this.page.goto(`/account${query}`);
    await expect(this.heading).toBeVisible();
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("main").getByRole("button", { name });
  }

  select(name: string | RegExp): Locator {
    return this.page.getByRole("main").getByRole("combobox", { name });
  }
}

/** The page behind an invitation, or behind a link to a new password. */
export class InvitationPage {
  readonly heading: Locator;
  readonly name: Locator;
  readonly password: Locator;
  readonly send: Locator;
  readonly problems: Locator;

  constructor(page: Page) {
    this.heading = page.getByRole("heading", { level: 1 });
    this.name = page.getByRole("textbox", { name: "Your name" });
    this.password = page.locator('input[type="password"]');
    this.send = page.getByRole("button", { name: /^(Create account|Change password)$/ });
    this.problems = page.getByRole("alert");
  }
}
