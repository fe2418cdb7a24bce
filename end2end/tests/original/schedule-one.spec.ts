import { Furniture } from "../../fixtures/furniture.ts";
import { forEveryone, mayWrite } from "../../fixtures/matrix.ts";
import { expectRefused } from "../../fixtures/refusal.ts";
import { expect, test } from "../../fixtures/test.ts";
import { command } from "../../fixtures/words.ts";
import { ExportsPage } from "../../pages/exports.ts";
import { SchedulePane } from "../../pages/schedule-pane.ts";

forEveryone(({ language, role, words }) => {
  const name = `Scheduled by ${role} in ${language}`;

  test(mayWrite(role) ? "schedules one export" : "cannot schedule an export, and is told why", async ({ page, server }) => {
    await (await Furniture.of(server)).export(name);
    const exports = new ExportsPage(page);
    await exports.goto(`?q=${encodeURIComponent(name)}`);
    await exports.hydrated();
    await exports.select(name);
    const schedule = exports.command(command(words.scheduleCommand));
    if (!mayWrite(role)) return expectRefused(schedule, words.viewOnlyReason);

    await schedule.click();
    const pane = await new SchedulePane(page, words.scheduleExport).opened();
    await expect(pane.run).toBeChecked();
    await pane.recurrence.selectOption("daily");
    await pane.times.first().fill("06:30");
    await pane.chooseZone("Europe/Paris");
    await pane.saved();
    await expect(exports.row(name)).toContainText(words.daily("06:30", "Europe/Paris"));

    await schedule.click();
    await pane.opened();
    await pane.run.uncheck();
    await pane.saved();
    await expect(exports.row(name)).toContainText(words.off);
  });
});
