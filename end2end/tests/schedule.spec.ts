import { expectAccessible } from "../fixtures/axe.ts";
import { OwnExports } from "../fixtures/own-exports.ts";
import { expect, test } from "../fixtures/test.ts";
import { ExportPane } from "../pages/export-pane.ts";
import { ExportsPage } from "../pages/exports.ts";
import { LeaveQuestion } from "../pages/leave-question.ts";
import { SchedulePane } from "../pages/schedule-pane.ts";
import { SystemPage } from "../pages/system.ts";

test.describe.configure({ mode: "serial" });

const [alpha, beta, hidden] = ["Alpha deliveries", "Beta deliveries", "Hidden deliveries"] as const;
let own: OwnExports;
let others: OwnExports;

test("a new export is on with the system refresh, and the pane says when that is", async ({ page, server, signIn }) => {
  const exports = new ExportsPage(page);
  const system = new SystemPage(page);
  await signIn("admin");
  await exports.goto();
  await exports.hydrated();
  own = await OwnExports.make(system, [alpha, beta]);
  others = await OwnExports.make(system, [hidden], await OwnExports.privateConnection(system, server));

  await exports.goto();
  await exports.hydrated();
  await expect(exports.row(alpha)).toContainText("System refresh");
  await exports.command("Add export").click();
  const pane = await new SchedulePane(page, "Set up export").opened();
  await expect(pane.run).toBeChecked();
  await expect(pane.recurrence).toHaveValue("system");
  await expect(pane.sentence).toHaveText("After every scheduled refresh");
  await expect(pane.dialog.getByText("System refresh: Every")).toBeVisible();
  await expect(pane.starts).toHaveCount(0);
});

test("an export gets a schedule of its own, told in a sentence and in five starts on both clocks", async ({
  page,
  signIn,
}) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto();
  await exports.hydrated();
  await exports.select(alpha);
  await exports.command(/^Schedule…$/).click();
  const pane = await new SchedulePane(page).opened();
  await expect(page).toHaveURL(new RegExp(`[?&]pane=schedule/${own.id(alpha)}`));
  await expect(pane.dialog).toContainText(alpha);
  await expect(pane.zone).toHaveCount(0);

  await pane.recurrence.selectOption("daily");
  await pane.times.first().fill("18:30");
  await pane.addTime.click();
  await pane.times.nth(1).fill("06:00");
  await pane.chooseZone("America/New_York");
  await expect(pane.sentence).toHaveText("Every day at 06:00 and 18:30 (America/New_York)");
  // The starts come from the server, a moment after the sentence.
  await expect(pane.starts).toHaveText(Array<RegExp>(5).fill(/06:00|18:30/));
  // The reader of this test sits in Paris.
  const theirs = pane.dialog.getByRole("table", { name: "Next starts" }).getByRole("row").nth(1);
  await expect(theirs).toContainText(/\(UTC\+[12]\)/);
  await expectAccessible(page);
  await pane.saved();

  await expect(exports.row(alpha)).toContainText("Every day at 06:00 and 18:30 (America/New_York)");
  // On the clocks of New York: at the schedule, and at when it was refreshed.
  await expect(exports.row(alpha).getByTitle(/Next start: .*\(UTC−[45]\)/)).toHaveCount(2);
  await exports.goto(`?pane=view/${own.id(alpha)}`);
  await expect(exports.pane()).toContainText("Every day at 06:00 and 18:30 (America/New_York)");
  await expect(exports.pane()).toContainText("Next start");
});

test("every recurrence has its fields, and a switch between them loses nothing", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto(`?pane=schedule/${own.id(alpha)}`);
  await exports.hydrated();
  const pane = await new SchedulePane(page).opened();
  await expect(pane.sentence).toHaveText("Every day at 06:00 and 18:30 (America/New_York)");
  await pane.chooseZone("Europe/Paris");

  await pane.recurrence.selectOption("hourly");
  await pane.field("Every").selectOption("6");
  await pane.times.first().fill("00:30");
  await expect(pane.sentence).toHaveText("Every 6 hours from 00:30 (Europe/Paris)");

  await pane.recurrence.selectOption("monthly");
  await pane.monthDays.first().selectOption("15");
  await pane.dialog.getByRole("button", { name: "Add another day" }).click();
  await expect(pane.monthDays.nth(1)).toBeFocused();
  await pane.monthDays.nth(1).selectOption("2nd tue");
  await pane.dialog.getByRole("button", { name: "Add another day" }).click();
  await pane.monthDays.nth(2).selectOption("last");
  const monthly = "On the 15th, the last day and the second Tuesday of the month at 06:00 and 18:30 (Europe/Paris)";
  await expect(pane.sentence).toHaveText(monthly);
  await expectAccessible(page);
  await pane.dialog.getByRole("button", { name: "Remove day 1 of the list" }).click();
  await expect(pane.monthDays).toHaveCount(2);
  await expect(pane.monthDays.first()).toBeFocused();
  await expect(pane.monthDays.first()).toHaveValue("2nd tue");

  await pane.recurrence.selectOption("once");
  await pane.field("Day and time").fill("2099-12-24T06:00");
  await expect(pane.sentence).toHaveText("Once, on 24 December 2099 at 06:00 (Europe/Paris)");
  await expect(pane.starts).toHaveCount(1);

  await pane.recurrence.selectOption("cron");
  const cron = pane.dialog.getByRole("textbox", { name: "Cron expression" });
  await cron.fill("5 4 * * 1-5");
  await expect(pane.sentence).toHaveText("Every week from Monday to Friday at 04:05 (Europe/Paris)");
  await cron.fill("5 4 1 * 1-5");
  await expect(pane.sentence).toHaveText("By the expression 5 4 1 * 1-5 (Europe/Paris)");
  await expect(pane.starts).toHaveCount(5);

  await pane.recurrence.selectOption("weekly");
  await expect(pane.day("Monday")).toBeChecked();
  await pane.day("Thursday").check();
  await expect(pane.sentence).toHaveText("Every week on Monday and Thursday at 06:00 and 18:30 (Europe/Paris)");
  await pane.recurrence.selectOption("daily");
  await expect(pane.sentence).toHaveText("Every day at 06:00 and 18:30 (Europe/Paris)");

  await pane.close.click();
  await new LeaveQuestion(page).leave.click();
  await expect(pane.dialog).toBeHidden();
});

test("what is wrong with a schedule is said at its fields", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto(`?pane=schedule/${own.id(beta)}`);
  await exports.hydrated();
  const pane = await new SchedulePane(page).opened();
  const summary = pane.dialog.getByRole("alert");
  await pane.recurrence.selectOption("cron");
  await pane.save.click();
  await expect(summary).toContainText("A cron expression has five fields");
  const cron = pane.dialog.getByRole("textbox", { name: "Cron expression" });
  await expect(cron).toBeFocused();
  await expect(cron).toHaveAttribute("aria-invalid", "true");

  await pane.recurrence.selectOption("weekly");
  await pane.day("Monday").uncheck();
  await expect(pane.sentence).toContainText("not complete");
  await pane.save.click();
  await expect(summary).toContainText("Choose at least one day");
  await expect(pane.day("Monday")).toBeFocused();
  await pane.day("Monday").check();

  await pane.more.click();
  await pane.field("Starts on").fill("2026-12-31");
  await pane.field("Ends on").fill("2026-12-01");
  await pane.more.click();
  await pane.save.click();
  await expect(pane.field("Ends on")).toBeFocused();
  await expect(summary).toContainText("The last day is before the first one.");
  await expectAccessible(page);
});

test.describe("in French", () => {
  test.use({ locale: "fr-FR" });

  test("a schedule is set, told and listed in French", async ({ page, signIn }) => {
    const exports = new ExportsPage(page);
    await signIn("admin");
    await exports.goto();
    await exports.hydrated();
    await exports.row(beta).getByRole("checkbox").check();
    await exports.command(/^Planifier…$/).click();
    const pane = await new SchedulePane(page, "Planifier l’exportation").opened();
    await expect(pane.sentence).toHaveText("Après chaque actualisation planifiée");
    await pane.recurrence.selectOption("weekly");
    await pane.dialog.getByRole("spinbutton", { name: "Intervalle (semaines)" }).fill("2");
    await pane.field("À partir de la semaine du").fill("2026-11-23");
    await pane.day("jeudi").check();
    await pane.times.first().fill("07:30");
    await pane.chooseZone("Europe/Paris");
    const sentence =
      "Toutes les 2 semaines, le lundi et le jeudi à 07:30, à partir de la semaine du 23 novembre 2026 (Europe/Paris)";
    await expect(pane.sentence).toHaveText(sentence);
    await expect(pane.starts).toHaveCount(5);
    const text = await pane.dialog.innerText();
    expect(text, "no straight apostrophe between letters").not.toMatch(/\p{L}'\p{L}/u);
    expect(text, "no plain space before : ; ? !").not.toMatch(/ [:;?!]/);
    await pane.saved();
    await expect(exports.row(beta)).toContainText(sentence);

    await exports.goto(`?pane=schedule/${own.id(beta)}`);
    await exports.hydrated();
    await pane.run.uncheck();
    await expect(pane.sentence).toContainText("Désactivée");
    await expect(pane.starts).toHaveCount(0);
    await pane.saved();
    await expect(exports.row(beta)).toContainText("Désactivée (toutes les 2 semaines, le lundi et le jeudi à 07:30");
  });
});

test("an export that is off says in the list what would apply", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto();
  await exports.hydrated();
  await exports.fromMenu(alpha, "Schedule");
  const pane = await new SchedulePane(page).opened();
  await pane.run.uncheck();
  await expect(pane.sentence).toContainText("Off. When on: Every day");
  await expect(pane.starts).toHaveCount(0);
  await pane.saved();
  await expect(exports.row(alpha)).toContainText("Off (daily 06:00 and 18:30)");
});

test("a copy has the same schedule, switched off, and its pane says so", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto(`?pane=duplicate/${own.id(alpha)}`);
  await exports.hydrated();
  const pane = await new SchedulePane(page, "Set up export").opened();
  await expect(pane.dialog).toContainText("Its schedule is switched off");
  await expect(pane.run).not.toBeChecked();
  await expect(pane.sentence).toContainText("Every day at 06:00 and 18:30 (America/New_York)");
});

test("two people who schedule one export see both schedules, and choose", async ({ page, problems, signIn }) => {
  problems.expect(/\b412\b/);
  const exports = new ExportsPage(page);
  const system = new SystemPage(page);
  await signIn("admin");
  await exports.goto(`?pane=schedule/${own.id(beta)}`);
  await exports.hydrated();
  const pane = await new SchedulePane(page).opened();
  type Details = { row: { enabled: boolean; schedule: unknown } };
  const { row: before } = await system.call<Details>("exports/get", { id: own.id(beta) });
  /** Somebody saves a schedule over whatever is there. */
  const save = (enabled: boolean, schedule: unknown) =>
    system.call("exports/schedule", { change: { target: { ids: [own.id(beta)] }, mode: "define", enabled, schedule } });
  const meanwhile = (hour: string) => save(true, { recurrence: "daily", times: [hour], time_zone: "UTC" });
  await pane.recurrence.selectOption("hourly");
  await meanwhile("03:00");
  await pane.save.click();
  await expect(pane.conflict).toContainText("Every day at 03:00 (UTC)");
  await expect(pane.conflict).toContainText("Every 6 hours from 00:00 (Europe/Paris)");
  await expectAccessible(page);
  await pane.loadTheirs.click();
  await expect(pane.conflict).toBeHidden();
  await expect(pane.recurrence).toHaveValue("daily");
  await expect(pane.times.first()).toHaveValue("03:00");

  await pane.times.first().fill("04:00");
  await meanwhile("05:00");
  await pane.save.click();
  await expect(pane.conflict).toContainText("Every day at 05:00 (UTC)");
  await pane.saveOver.click();
  await expect(pane.dialog).toBeHidden();
  await expect(exports.row(beta)).toContainText("Every day at 04:00 (UTC)");

  // As it was, for the tests that follow.
  await save(before.enabled, before.schedule);
});

test("several exports are switched together, each with its own schedule", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto();
  await exports.hydrated();
  await exports.select(alpha);
  await exports.select(beta);
  await exports.command(/^Schedule…$/).click();
  const pane = await new SchedulePane(page, "Schedule exports").opened();
  await expect(pane.dialog).toContainText("2 exports will be changed.");
  await expect(pane.dialog.getByRole("group", { name: "Keep or override schedules" })).toBeVisible();
  await expect(pane.dialog.getByRole("radio", { checked: true })).toHaveCount(0);
  await pane.save.click();
  await expect(pane.dialog.getByRole("alert")).toContainText("Choose one of these.");
  await expect(pane.choice("Keep individual schedules")).toBeFocused();

  await pane.choice("Keep individual schedules").check();
  await expect(pane.recurrence).toHaveCount(0);
  await pane.run.check();
  await expectAccessible(page);
  await pane.saved();
  await expect(exports.row(alpha)).toContainText("Every day at 06:00 and 18:30 (America/New_York)");
  await expect(exports.row(beta)).toContainText("Every 2 weeks on Monday and Thursday at 07:30");
});

test("several exports get one new schedule", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto();
  await exports.hydrated();
  await exports.select(alpha);
  await exports.select(beta);
  await exports.command(/^Schedule…$/).click();
  const pane = await new SchedulePane(page, "Schedule exports").opened();
  await pane.choice("Define new schedule").check();
  await pane.recurrence.selectOption("monthly");
  await pane.monthDays.first().selectOption("last");
  await pane.chooseZone("Europe/Paris");
  await expect(pane.starts).toHaveCount(5);
  await expectAccessible(page);
  await pane.saved();
  for (const name of [alpha, beta]) {
    await expect(exports.row(name)).toContainText("On the last day of the month at 06:00 (Europe/Paris)");
  }
});

test("exports that may only be viewed are refused, and left out of several by name", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("contributor");
  await exports.goto();
  await exports.hydrated();
  await exports.select(hidden);
  await expect(exports.command(/^Schedule…$/)).toHaveAttribute("aria-disabled", "true");
  await expect(exports.command(/^Schedule…$/)).toHaveAttribute("title", "You can only view this export");
  await exports.select(alpha);
  await exports.command(/^Schedule…$/).click();
  const pane = await new SchedulePane(page, "Schedule exports").opened();
  await expect(pane.dialog).toContainText("1 export will be changed.");
  await expect(pane.dialog).toContainText(/Left out.*1 export\. This connection is not shared with you/s);
  await expect(pane.dialog).toContainText(hidden);
  await pane.choice("Keep individual schedules").check();
  await pane.run.uncheck();
  await pane.saved();
  await expect(exports.row(alpha)).toContainText("Off (on the last day of the month at 06:00)");
  await expect(exports.row(hidden)).toContainText("System refresh");

  await exports.goto(`?pane=schedule/${others.id(hidden)}`);
  await exports.hydrated();
  const refused = await new SchedulePane(page, /^Schedule export$/).opened();
  await expect(refused.dialog).toContainText("This connection is not shared with you");
  await expect(refused.save).toHaveCount(0);

  await signIn("viewer");
  await exports.goto();
  await exports.hydrated();
  await exports.select(alpha);
  await expect(exports.command(/^Schedule…$/)).toHaveAttribute("aria-disabled", "true");
});

test("of all that match, too, those are left out by name that may only be viewed", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("contributor");
  await exports.goto("?q=deliveries&limit=1");
  await exports.hydrated();
  await exports.select(alpha);
  await page.getByRole("button", { name: /^Select all 3 / }).click();
  // None of those that are seen is chosen any more, and yet others are.
  await exports.row(alpha).getByRole("checkbox").uncheck();
  await exports.command(/^Schedule…$/).click();
  const pane = await new SchedulePane(page, "Schedule exports").opened();
  await expect(pane.dialog).toContainText("1 export will be changed.");
  await expect(pane.dialog).toContainText(hidden);
  await expect(pane.dialog).not.toContainText(alpha);
  await pane.choice("Keep individual schedules").check();
  await pane.run.uncheck();
  await pane.saved();
  await exports.goto("?q=deliveries");
  await expect(exports.row(beta)).toContainText("Off (");
  await expect(exports.row(hidden)).toContainText("System refresh");
});

test("a pane for several that is opened by its address asks for a selection", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto("?pane=schedule");
  await exports.hydrated();
  const pane = await new SchedulePane(page, "Schedule exports").opened();
  await expect(pane.dialog).toContainText("select the exports to schedule");
  await expect(pane.save).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(pane.dialog).toBeHidden();
});

test("what a run does without fresh data is part of the export", async ({ page, problems, signIn }) => {
  // The preview is asked for what cannot be saved either.
  problems.expect(/\b422\b/);
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto(`?pane=edit/${own.id(beta)}`);
  await exports.hydrated();
  const pane = await new ExportPane(page, /^Edit export/).opened();
  await pane.dialog.getByRole("radio", { name: "Deliver the previous data" }).check();
  const limit = pane.dialog.getByRole("textbox", { name: "Wait at most (hours)" });
  await limit.fill("49");
  await pane.save.click();
  await expect(limit).toBeFocused();
  await expect(limit).toHaveAttribute("aria-invalid", "true");
  await limit.fill("12");
  await pane.save.click();
  await expect(pane.dialog).toBeHidden();
  await exports.goto(`?pane=view/${own.id(beta)}`);
  await expect(exports.pane()).toContainText("Deliver the previous data");
  await expect(exports.pane()).toContainText("12 hours");
});

test("while the system refresh is off the page says how many exports will not run", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  const system = new SystemPage(page);
  type Schedule = { version: number; enabled: boolean; schedule: unknown; followers: number };
  const switchTo = async (enabled: boolean) => {
    const { version, schedule, followers } = await system.call<Schedule>("system/schedule");
    await system.call("system/schedule/update", { version, draft: { enabled, schedule } });
    return followers;
  };
  await signIn("admin");
  await exports.goto();
  await exports.hydrated();
  const followers = await switchTo(false);
  try {
    await exports.goto();
    const banner = page.getByRole("main").getByText("The system refresh is off.");
    await expect(banner).toBeVisible();
    await expect(page.getByText(new RegExp(`${followers} exports? that follows? it will not run`))).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("link", { name: "System schedule" }).click();
    await expect(page).toHaveURL(/\/administration\/system\?tab=schedule/);

    await signIn("viewer");
    await exports.goto();
    await expect(banner).toBeVisible();
    await expect(page.getByRole("link", { name: "System schedule" })).toHaveCount(0);
  } finally {
    await signIn("admin");
    await exports.goto();
    await exports.hydrated();
    await switchTo(true);
  }
  await exports.goto();
  await expect(page.getByText("The system refresh is off.")).toHaveCount(0);
});

test("the exports of this file are removed", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto();
  await exports.hydrated();
  const system = new SystemPage(page);
  await own.remove(system);
  await others.remove(system);
  await exports.goto();
  await expect(exports.row(alpha)).toHaveCount(0);
});
