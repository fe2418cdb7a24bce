import { expect, type Locator, type Page } from "@playwright/test";

import { Shell } from "./shell.ts";

/** *System*: status, schedule, what starts next, what depends on what, the day, what the program is. */
export class SystemPage extends Shell {
  readonly commands: Locator;
  readonly tabs: Locator;
  readonly facts: Locator;

  constructor(page: Page) {
    super(page);
    this.commands = page.getByRole("toolbar");
    this.tabs = page.getByRole("navigation", { name: /Views of the system|Vues du système/ });
    this.facts = page.locator(".system-facts");
  }

  async goto(query = ""): Promise<void> {
    await this.page.goto(`/administration/system${query}`);
    await expect(this.heading).toBeVisible();
  }

  command(name: string | RegExp): Locator {
    return this.commands.getByRole("button", { name }).or(this.commands.getByRole("link", { name }));
  }

  /** The table of a group: *Data sources*, *Segments*, *Exports*, *Last refreshes*. */
  group(name: string): Locator {
    return this.page.getByRole("table", { name, exact: true });
  }

  /** The question that *Refresh all* asks. */
  refreshAll(): Locator {
    return this.page.getByRole("alertdialog", { name: /Refresh all data|Actualiser toutes les données/ });
  }

  /** A drawing, in English: *Pipeline* or *Timeline*. */
  picture(tab: "Pipeline" | "Timeline"): Locator {
    const name = tab === "Pipeline" ? "What depends on what" : "Work of the last 24 hours";
    return this.page.getByRole("region", { name, exact: true });
  }

  /** Whether the line of now is in sight in the drawing of the day, as far as it is moved. */
  nowIsInSight(): Promise<boolean> {
    return this.picture("Timeline").evaluate((picture) => {
      const [frame, now] = [picture, picture.querySelector(".day-now")!].map((one) => one.getBoundingClientRect());
      return now!.left >= frame!.left && now!.right <= frame!.right;
    });
  }

  /** Opens the table behind a drawing. */
  async behind(tab: "Pipeline" | "Timeline"): Promise<Locator> {
    await this.page.locator(".behind > summary").click();
    const name = tab === "Pipeline" ? "What depends on what, as a table" : "Work of the last 24 hours, as a table";
    const table = this.page.getByRole("table", { name, exact: true });
    await expect(table).toBeVisible();
    return table;
  }

  /** Calls a server function as the page itself does, to prepare what a test looks at. */
  async call<T>(endpoint: string, body: unknown = {}): Promise<T> {
    return this.page.evaluate(
      async ({ endpoint, body }) => {
        const answer = await fetch(`/api/ui/${endpoint}`, {
          method: "POST",
          headers: { "content-type": "application/json", accept: "application/json" },
          body: JSON.stringify(body),
        });
        const text = await answer.text();
        if (!answer.ok) throw new Error(`${endpoint}: ${answer.status} ${text}`);
        return JSON.parse(text);
      },
      { endpoint, body },
    );
  }
}

/** *Progress details* of a refresh. */
export class RefreshPane {
  readonly dialog: Locator;
  readonly facts: Locator;
  readonly tasks: Locator;
  readonly runs: Locator;
  readonly cancel: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole("dialog", { name: "Progress details" });
    this.facts = this.dialog.locator(".key-values").first();
    this.tasks = this.dialog.getByRole("table", { name: "Tasks of this refresh" });
    this.runs = this.dialog.getByRole("table", { name: "Runs that belong to it" });
    this.cancel = this.dialog.getByRole("link", { name: "Cancel refresh" });
  }

  async opened(): Promise<this> {
    await expect(this.dialog).toBeVisible();
    return this;
  }

  task(name: string): Locator {
    return this.tasks.getByRole("row").filter({ has: this.dialog.page().getByRole("link", { name, exact: true }) });
  }

  async ends(status: string): Promise<void> {
    await expect(this.facts.getByText(status, { exact: true })).toBeVisible({ timeout: 60_000 });
  }
}

/** *Task history* of a source or segment. */
export class TaskPane {
  readonly dialog: Locator;
  readonly rows: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole("dialog", { name: "Task history" });
    this.rows = this.dialog.getByRole("table").locator("tbody tr");
  }

  async opened(): Promise<this> {
    await expect(this.dialog).toBeVisible();
    return this;
  }
}

/** *Pause everything*, and the banner that follows from it; on any page, in either language. */
export class Pause {
  readonly dialog: Locator;
  readonly reason: Locator;
  readonly pause: Locator;
  readonly banner: Locator;
  readonly resume: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole("dialog", { name: /Pause everything|Tout suspendre/ });
    this.reason = this.dialog.getByRole("textbox", { name: /Reason|Motif/ });
    this.pause = this.dialog.getByRole("button", { name: /Pause everything|Tout suspendre/ });
    this.banner = page.locator(".main > .message").filter({ hasText: /Everything is paused|Tout est suspendu/ });
    this.resume = this.banner.getByRole("button", { name: /Resume|Reprendre/ });
  }

  async opened(): Promise<this> {
    await expect(this.dialog).toBeVisible();
    return this;
  }
}

/** *Edit schedule* of the system refresh, in either language. */
export class SystemSchedulePane {
  readonly dialog: Locator;
  readonly enabled: Locator;
  readonly zone: Locator;
  readonly times: Locator;
  readonly addTime: Locator;
  readonly sentence: Locator;
  readonly starts: Locator;
  readonly save: Locator;
  readonly close: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole("dialog", { name: /Edit schedule|Modifier la planification/ });
    this.enabled = this.dialog.getByRole("switch");
    this.zone = this.dialog.getByRole("combobox", { name: /Time zone|Fuseau horaire/ });
    this.times = this.dialog.locator('input[type="time"]');
    this.addTime = this.dialog.getByRole("button", { name: /Add another time|Ajouter une autre heure/ });
    this.sentence = this.dialog.locator(".schedule-sentence");
    this.starts = this.dialog.getByRole("table", { name: /Next starts|Prochains départs/ }).getByRole("rowheader");
    this.save = this.dialog.getByRole("button", { name: /^(Save|Enregistrer)$/ });
    this.close = this.dialog.getByRole("link", { name: /Close|Fermer/ });
  }

  async opened(): Promise<this> {
    await expect(this.dialog).toBeVisible();
    return this;
  }

  recurrence(name: string): Locator {
    return this.dialog.getByRole("radio", { name });
  }

  day(name: string): Locator {
    return this.dialog.getByRole("checkbox", { name });
  }

  /** Waits until the zones are there, and takes one. */
  async chooseZone(name: string): Promise<void> {
    await expect(this.zone.locator(`option[value="${name}"]`)).toHaveCount(1);
    await this.zone.selectOption(name);
  }
}
