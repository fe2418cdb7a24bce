import { Furniture } from "../../fixtures/furniture.ts";
import { forEveryone, mayWrite } from "../../fixtures/matrix.ts";
import { expectRefused } from "../../fixtures/refusal.ts";
import { expect, test } from "../../fixtures/test.ts";
import { command } from "../../fixtures/words.ts";
import { ExportsPage } from "../../pages/exports.ts";
import { SchedulePane } from "../../pages/schedule-pane.ts";

const daily = { recurrence: "daily", times: ["05:15"], time_zone: "Europe/Paris" };

forEveryone(({ language, role, words }) => {
  /** Two exports of this name, one of them daily, chosen in the list. */
  async function chosen(exports: ExportsPage, furniture: Furniture, name: string): Promise<string[]> {
    const names = [`${name} first`, `${name} second`];
    await furniture.export(names[0]!, { schedule: daily });
    await furniture.export(names[1]!);
    await exports.goto(`?q=${encodeURIComponent(name)}`);
    await exports.hydrated();
    for (const one of names) await exports.select(one);
    return names;
  }

  if (mayWrite(role)) {
    test("schedules several exports, keeping their schedules", async ({ page, server }) => {
      const exports = new ExportsPage(page);
      const names = await chosen(exports, await Furniture.of(server), `Kept by ${role} in ${language}`);
      await exports.command(command(words.scheduleCommand)).click();
      const pane = await new SchedulePane(page, words.scheduleExports).opened();
      for (const choice of [words.keepSchedules, words.defineSchedule]) await expect(pane.choice(choice)).not.toBeChecked();
      await expect(pane.dialog).toContainText(words.willChange(2));
      await pane.choice(words.keepSchedules).check();
      await expect(pane.recurrence).toHaveCount(0);
      await pane.run.uncheck();
      await pane.saved();
      for (const name of names) await expect(exports.row(name)).toContainText(words.off);
      await expect(exports.row(names[0]!)).toContainText("05:15");
      await expect(exports.row(names[1]!)).not.toContainText("05:15");
    });

    test("schedules several exports, with one new schedule for all", async ({ page, server }) => {
      const exports = new ExportsPage(page);
      const names = await chosen(exports, await Furniture.of(server), `Defined by ${role} in ${language}`);
      await exports.command(command(words.scheduleCommand)).click();
      const pane = await new SchedulePane(page, words.scheduleExports).opened();
      await pane.choice(words.defineSchedule).check();
      await pane.recurrence.selectOption("daily");
      await pane.times.first().fill("07:45");
      await pane.chooseZone("Europe/Paris");
      await pane.saved();
      for (const name of names) await expect(exports.row(name)).toContainText(words.daily("07:45", "Europe/Paris"));
    });
  } else {
    test("cannot schedule several exports, and is told why", async ({ page, server }) => {
      const exports = new ExportsPage(page);
      await chosen(exports, await Furniture.of(server), `Left by ${role} in ${language}`);
      const schedule = exports.command(command(words.scheduleCommand));
      await expectRefused(schedule, language === "en" ? "You can only view" : "Vous pouvez seulement afficher");
    });
  }
});
