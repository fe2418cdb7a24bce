import { expect, type Locator, type Page } from "@playwright/test";

/** The form of a schedule, in its own pane or in that of an export, in either language. */
export class SchedulePane {
  readonly dialog: Locator;
  /** *Schedule run*. */
  readonly run: Locator;
  readonly recurrence: Locator;
  readonly zone: Locator;
  readonly times: Locator;
  readonly addTime: Locator;
  readonly monthDays: Locator;
  readonly sentence: Locator;
  readonly starts: Locator;
  readonly more: Locator;
  /** The question which of two changes counts. */
  readonly conflict: Locator;
  readonly saveOver: Locator;
  readonly loadTheirs: Locator;
  readonly save: Locator;
  readonly close: Locator;

  constructor(page: Page, title: string | RegExp = /^(Schedule exports?|Planifier .*exportations?)$/) {
    this.dialog = page.getByRole("dialog", { name: title });
    this.run = this.dialog.getByRole("switch", { name: /Schedule run|Planifier l’exécution/ });
    this.recurrence = this.dialog.getByRole("combobox", { name: /Recurrence|Périodicité/ });
    this.zone = this.dialog.getByRole("combobox", { name: /Time zone|Fuseau horaire/ });
    this.times = this.dialog.locator('input[type="time"]');
    this.addTime = this.dialog.getByRole("button", { name: /Add another time|Ajouter une autre heure/ });
    this.monthDays = this.dialog.getByRole("combobox", { name: /Day \d+ of the list|Jour \d+ de la liste/ });
    this.sentence = this.dialog.locator(".schedule-sentence");
    this.starts = this.dialog.getByRole("table", { name: /Next starts|Prochains départs/ }).getByRole("rowheader");
    this.more = this.dialog.locator(".schedule-more > summary");
    this.conflict = this.dialog
      .getByRole("status")
      .filter({ hasText: /Somebody saved this export meanwhile|Quelqu’un a enregistré cette exportation entre-temps/ });
    this.saveOver = this.conflict.getByRole("button", { name: /^(Save mine over it|Enregistrer la mienne par-dessus)$/ });
    this.loadTheirs = this.conflict.getByRole("button", { name: /^(Load their version|Charger l’autre version)$/ });
    this.save = this.dialog.getByRole("button", { name: /^(Save|Enregistrer)$/ });
    this.close = this.dialog.getByRole("link", { name: /Close|Fermer/ });
  }

  async opened(): Promise<this> {
    await expect(this.dialog).toBeVisible();
    return this;
  }

  /** A field by the beginning of its label. */
  field(label: string): Locator {
    return this.dialog.getByLabel(new RegExp(`^${label}`));
  }

  day(name: string): Locator {
    return this.dialog.getByRole("checkbox", { name });
  }

  /** One of the choices for several exports. */
  choice(name: string | RegExp): Locator {
    return this.dialog.getByRole("radio", { name });
  }

  /** Waits until the zones are there, and takes one. */
  async chooseZone(name: string): Promise<void> {
    await expect(this.zone.locator(`option[value="${name}"]`)).toHaveCount(1);
    await this.zone.selectOption(name);
  }

  /** Saves, and waits until the pane is closed: it stays where something was not saved. */
  async saved(): Promise<void> {
    await this.save.click();
    await expect(this.dialog).toBeHidden();
  }
}
