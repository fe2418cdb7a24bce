import { expect, type Locator, type Page } from "@playwright/test";

/** The sign-in page of the identity provider. */
export class IdentityPage {
  readonly name: Locator;

  constructor(private readonly page: Page) {
    this.name = page.getByLabel("Who are you?");
  }

  /** Signs in there. */
  async enter(name: string): Promise<void> {
    await expect(this.page).toHaveURL(/^http:\/\/localhost:\d+\/interaction\//);
    await this.name.fill(name);
    await this.page.getByRole("button", { name: "Enter" }).click();
  }

  /** Gives up there. */
  async cancel(): Promise<void> {
    await expect(this.name).toBeVisible();
    await this.page.getByRole("button", { name: "Cancel" }).click();
  }
}
