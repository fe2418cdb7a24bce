import { expect, type Locator, type Page } from "@playwright/test";

export class SignInPage {
  readonly email: Locator;
  readonly password: Locator;
  readonly submit: Locator;

  constructor(private readonly page: Page) {
    const form = page.locator("form").filter({ has: page.locator('input[type="password"]') });
    this.email = form.locator('input[type="email"]');
    this.password = form.locator('input[type="password"]');
    this.submit = form.getByRole("button");
  }

  async goto(): Promise<void> {
    await this.page.goto("/");
    await expect(this.password).toBeVisible();
  }

  /** Fills and sends the form, without waiting for what comes of it. */
  async send({ email, password }: { email: string; password: string }): Promise<void> {
    await this.email.fill(email);
    await this.password.fill(password);
    await this.submit.click();
  }

  /** Signs in and waits for the page behind. */
  async signIn(person: { email: string; password: string }): Promise<void> {
    const live = this.page.locator("html[data-hydrated]");
    const isLive = (await live.count()) > 0;
    await this.send(person);
    await expect(this.password).toHaveCount(0);
    await expect(this.page.getByRole("table")).toBeVisible();
    // It is loaded anew: where a script runs, it is taken over before anything is done on it.
    if (isLive) await expect(live).toHaveCount(1);
  }
}
