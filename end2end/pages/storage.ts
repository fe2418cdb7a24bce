import { expect, type Locator, type Page } from "@playwright/test";

import { inEither } from "../fixtures/words.ts";
import { SystemPage } from "./system.ts";

/** What the server says of disks and of what is kept, as far as specs change it. */
export type Storage = {
  servers: {
    server: string;
    version: string;
    seen_at: number;
    disk: { total: number; free: number } | null;
    forecast: "too_early" | "not_growing" | { full: number };
    refreshes_stopped: boolean;
  }[];
  history: { at: number; bytes: number }[];
  last_backup: { at: number; bytes: number } | null;
};

/** *System*, *Storage*; and what administrators are told of it on every page. In either language. */
export class StoragePage extends SystemPage {
  readonly storage: Locator;
  readonly disks: Locator;
  readonly uses: Locator;
  readonly curve: Locator;
  readonly change: Locator;
  /** That the server was restored from a backup. */
  readonly restored: Locator;
  /** That refreshes are stopped, in the tab. */
  readonly stopped: Locator;

  constructor(page: Page) {
    super(page);
    this.storage = page.locator(".storage");
    this.disks = page.locator(".storage-disk");
    this.uses = page.getByRole("table", { name: /^(What takes room|Ce qui prend de la place)$/ });
    this.curve = this.storage.getByRole("img", { name: /^(From .+ to .+|De .+ à .+)$/ });
    this.change = this.command(/Change what is kept|Modifier ce qui est conservé/);
    const title = page.locator("strong", {
      hasText: /^(Restored from the backup of|Restauré à partir de la sauvegarde du) /,
    });
    this.restored = page.locator(".main > .message").filter({ has: title });
    this.stopped = this.disks.getByRole("status");
  }

  /** The tab by its address. */
  async open(pane = ""): Promise<void> {
    await this.goto(`?tab=storage${pane}`);
  }

  /** The tab by its link, from another one: the browser asks for what it shows. */
  async openByLink(): Promise<void> {
    await this.tab.click();
    await expect(this.storage).toBeVisible();
  }

  get tab(): Locator {
    return this.tabs.getByRole("link", { name: /^(Storage|Stockage)$/ });
  }

  /** The value beside a label. */
  fact(label: RegExp): Locator {
    return this.page.locator(".key-value").filter({ hasText: label }).getByRole("definition");
  }

  /** From now on the browser is answered with these parts in place of those of the server. */
  async pretend(parts: () => Storage): Promise<void> {
    await this.page.route("**/api/ui/system/storage", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), ...parts() } });
    });
  }
}

/** *What is kept*, in either language. */
export class KeepingPane {
  readonly dialog: Locator;
  readonly snapshots: Locator;
  readonly runs: Locator;
  readonly stop: Locator;
  readonly audit: Locator;
  readonly problems: Locator;
  readonly save: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole("dialog", { name: /^(What is kept|Ce qui est conservé)$/ });
    this.snapshots = this.dialog.locator("[name=keep_snapshots]");
    this.runs = this.dialog.locator("[name=keep_runs_days]");
    this.stop = this.dialog.locator("[name=stop_refreshes_percent]");
    this.audit = this.dialog.locator("[name=audit_days]");
    this.problems = this.dialog.getByRole("alert");
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
