import { Clock } from "../fixtures/clock.ts";
import { OwnExports } from "../fixtures/own-exports.ts";
import { expect, test as base } from "../fixtures/test.ts";
import { Server } from "../fixtures/server.ts";
import { ExportsPage } from "../pages/exports.ts";
import { RunPane } from "../pages/run-pane.ts";
import { SchedulePane } from "../pages/schedule-pane.ts";
import { SystemPage } from "../pages/system.ts";

const second = 1000;
const hour = 3600 * second;
const day = 24 * hour;

/** When Paris next puts its clocks forward: a last Sunday of March, at 02:00, which is 01:00 UTC. */
function springForward(): Date {
  for (let year = new Date().getUTCFullYear(); ; year += 1) {
    const change = new Date(Date.UTC(year, 2, 31, 1));
    change.setUTCDate(31 - change.getUTCDay());
    if (change.getTime() > Date.now() + 2 * day) return change;
  }
}

const change = springForward();
const after = (distance: number) => new Date(change.getTime() + distance);
/** The start of so many days later: 02:30 in Paris, two hours ahead by then. */
const start = (days: number) => after(days * day - hour / 2);

/** A server whose clock stands at noon of the Saturday before. */
const test = base.extend<object, { clock: Clock }>({
  clock: [
    async ({}, use) => {
      const clock = await Clock.at(after(-14 * hour));
      await use(clock);
      await clock.remove();
    },
    { scope: "worker" },
  ],

  shared: [
    async ({ clock }, use) => {
      const server = await Server.start(clock.environment);
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 90_000 },
  ],
});

test.describe.configure({ mode: "serial" });

const name = "Half past two";
/** Of its own hours, and not caught up with after two of them. */
const punctual = "Half past two or never";
let own: OwnExports;

/** Moves the clock of a server that runs. Until it has seen that, it would open sessions that end at once. */
async function move(clock: Clock, server: Server, instant: Date): Promise<void> {
  await clock.set(instant);
  const apart = async () => Math.abs((await server.now()).getTime() - instant.getTime());
  await expect.poll(apart).toBeLessThan(10 * second);
}

/** The instants at which the runs in an open pane of runs were asked for, newest first. */
async function askedAt(exports: ExportsPage): Promise<Date[]> {
  const times = exports.runs().locator("tbody time");
  const instants = await times.evaluateAll((all) => all.map((one) => one.getAttribute("datetime") ?? ""));
  return instants.map((instant) => new Date(instant));
}

function expectWithinAMinute(actual: Date | undefined, expected: Date): void {
  const late = (actual?.getTime() ?? NaN) - expected.getTime();
  expect(late, `seconds after ${expected.toISOString()}`).toBeGreaterThanOrEqual(0);
  expect(late).toBeLessThan(60 * second);
}

test("the pane tells beforehand that the start in the gap is at the end of it", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto();
  await exports.hydrated();
  const system = new SystemPage(page);
  own = await OwnExports.make(system, [name]);
  const schedule = { recurrence: "daily", times: ["02:30"], time_zone: "Europe/Paris", catch_up_hours: 2 };
  await OwnExports.make(system, [punctual], undefined, { schedule });
  await exports.goto(`?pane=schedule/${own.id(name)}`);
  await exports.hydrated();
  const pane = await new SchedulePane(page).opened();
  await pane.recurrence.selectOption("daily");
  await pane.times.first().fill("02:30");
  await pane.chooseZone("Europe/Paris");
  await expect(pane.starts).toHaveCount(5);
  await expect(pane.starts.first()).toContainText("03:00");
  await expect(pane.starts.nth(1)).toContainText("02:30");
  await pane.saved();
  await expect(exports.row(name)).toContainText("Every day at 02:30 (Europe/Paris)");
  await expect(exports.refreshed(name)).toHaveText("Never");
});

test("a daily export at 02:30 starts once on the day without 02:30, at 03:00", async ({
  page,
  clock,
  server,
  signIn,
}) => {
  const exports = new ExportsPage(page);
  const runs = exports.runs().getByRole("rowheader");
  // Nobody was here for half a day: the sessions are over.
  server.sessions.clear();
  await move(clock, server, after(-5 * second));
  await signIn("admin");
  await exports.goto(`?pane=runs/${own.id(name)}`);
  await exports.hydrated();
  await expect(runs).toHaveText(["Successful"], { timeout: 60_000 });
  const [sunday] = await askedAt(exports);
  expectWithinAMinute(sunday, change);

  // Through all that is left of that day, to the start of the next.
  await page.goto("about:blank");
  server.sessions.clear();
  await move(clock, server, new Date(start(1).getTime() - 5 * second));
  await signIn("admin");
  await exports.goto(`?pane=runs/${own.id(name)}`);
  await exports.hydrated();
  await expect(runs).toHaveText(["Successful", "Successful"], { timeout: 60_000 });
  const [monday, before] = await askedAt(exports);
  expectWithinAMinute(monday, start(1));
  expect(before).toEqual(sunday);
});

test("an export with the default schedule has followed the system refresh by itself", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto();
  await exports.hydrated();
  await expect(exports.row("Customers weekly")).toContainText("System refresh");
  await expect(exports.status("Customers weekly")).toContainText("Successful", { timeout: 60_000 });
  await exports.status("Customers weekly").getByRole("link").click();
  const run = await new RunPane(page).opened();
  await expect(run.facts).toContainText("The system refresh");
});

test("after a week without a server the newest start runs, and the others are one entry", async ({
  page,
  clock,
  server,
  signIn,
}) => {
  await page.goto("about:blank");
  await server.halt();
  server.sessions.clear();
  // Noon in Paris, a week after the last start.
  await clock.set(new Date(start(8).getTime() + 9.5 * hour));
  await server.resume();
  await signIn("admin");
  const exports = new ExportsPage(page);
  const runs = exports.runs().getByRole("rowheader");
  await exports.goto(`?pane=runs/${own.id(name)}`);
  await exports.hydrated();
  await expect(runs).toHaveCount(4, { timeout: 60_000 });
  await expect(runs.filter({ hasText: "Successful" })).toHaveCount(3, { timeout: 60_000 });
  await runs.filter({ hasText: "Missed" }).getByRole("link").click();
  const run = await new RunPane(page).opened();
  await expect(run.facts).toContainText(/6 starts were missed, from .* to /);
  const id = new URL(page.url()).searchParams.get("pane")!.split("/")[1]!;
  type Details = { run: { status_reason: { args: Record<string, string> } } };
  const { args } = (await new SystemPage(page).call<Details>("runs/get", { id })).run.status_reason;
  expect(args["count"]).toBe("6");
  expect(new Date(args["first"]!)).toEqual(start(2));
  expect(new Date(args["last"]!)).toEqual(start(7));

  await page.keyboard.press("Escape");
  await expect(run.dialog).toBeHidden();
  await expect(exports.status(name)).toContainText("Successful");
  await expect(exports.refreshed(name).locator("time")).toHaveCount(1);
  // What is too late to be caught up with is missed, and nothing else.
  await expect(exports.status(punctual)).toHaveText("Missed");
  await expect(exports.status(punctual).getByRole("link")).toHaveAttribute("href", /pane=run/);
});

test.describe("in French", () => {
  test.use({ locale: "fr-FR" });

  test("the starts that were missed are told in French", async ({ page, signIn }) => {
    const exports = new ExportsPage(page);
    await signIn("admin");
    await exports.goto(`?pane=runs/${own.id(name)}`);
    await exports.hydrated();
    await expect(exports.status(punctual)).toHaveText("Manquée");
    const runs = exports.runs().getByRole("rowheader");
    await runs.filter({ hasText: "Manquée" }).getByRole("link").click();
    const run = await new RunPane(page).opened();
    await expect(run.facts).toContainText(/6 départs ont été manqués, du .* au /);
  });
});
