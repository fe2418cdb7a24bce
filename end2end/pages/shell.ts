import { expect, type Locator, type Page } from "@playwright/test";

/** What every signed-in page has around it. */
export class Shell {
  readonly heading: Locator;
  readonly navigation: Locator;

  constructor(readonly page: Page) {
    this.heading = page.getByRole("heading", { level: 1 });
    this.navigation = page.getByRole("navigation", { name: /Main navigation|Navigation principale/ });
  }

  /** Waits until the wasm module has taken the page over. */
  async hydrated(): Promise<void> {
    await this.page.waitForFunction(() => document.documentElement.hasAttribute("data-hydrated"));
  }

  /** Opens a menu of the top bar and takes an item from it. */
  async fromTopBar(menu: string | RegExp, item: string): Promise<void> {
    await this.page.getByRole("banner").getByRole("button", { name: menu }).click();
    await this.page.getByRole("menuitem", { name: item, exact: true }).click();
  }

  pane(name?: string | RegExp): Locator {
    return name ? this.page.getByRole("dialog", { name }) : this.page.getByRole("dialog");
  }

  async expectNoSidewaysScroll(): Promise<void> {
    const wider = await this.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(wider, "pixels by which the page is wider than the window").toBeLessThanOrEqual(0);
  }
}
