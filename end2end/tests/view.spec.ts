import type { Page } from "@playwright/test";

import { Furniture } from "../fixtures/furniture.ts";
import { inEachLanguage } from "../fixtures/matrix.ts";
import { Rest } from "../fixtures/rest.ts";
import { expect, test } from "../fixtures/test.ts";
import type { Language } from "../fixtures/words.ts";
import { ExportsPage } from "../pages/exports.ts";
import { TableView } from "../pages/table-view.ts";

/** The texts of these parts as the server sends them for the address of the page. */
async function sent(page: Page, language: Language, parts: string): Promise<string[]> {
  // Requests beside the page do not say which language its browser wants.
  const answer = await page.request.get(page.url(), { headers: { "accept-language": language } });
  return page.evaluate(
    ([html, parts]) => {
      const document = new DOMParser().parseFromString(html, "text/html");
      return [...document.querySelectorAll(parts)].map((part) => part.textContent ?? "");
    },
    [await answer.text(), parts] as const,
  );
}

inEachLanguage(({ language, words }) => {
  const name = `Liked ${language}`;
  const search = `?q=${encodeURIComponent(name)}`;

  test.use({ timezoneId: "Asia/Kathmandu" });

  test.beforeEach(async ({ server, signIn, context }) => {
    const furniture = await Furniture.of(server);
    if ((await furniture.names(name)).length === 0) {
      // Its zone is far from that of the browser, in summer and in winter.
      const schedule = { recurrence: "daily", times: ["06:00"], time_zone: "Asia/Tokyo" };
      await furniture.run(await furniture.export(name, { schedule }));
    }
    await signIn("viewer");
    await context.clearCookies({ name: "table" });
  });

  test("columns come and go, stay so, and are there before the script", async ({ page }) => {
    const exports = new ExportsPage(page);
    const view = new TableView(page, words);
    await exports.goto(search);
    await exports.hydrated();
    await expect(exports.header(words.lastThirtyRuns)).toBeVisible();
    await expect(exports.header(words.owner)).toHaveCount(0);
    await view.open();
    await view.column(words.lastThirtyRuns).uncheck();
    await view.column(words.owner).check();
    await view.apply();
    await expect(exports.header(words.owner)).toBeVisible();
    await expect(exports.header(words.lastThirtyRuns)).toHaveCount(0);
    await expect(page).toHaveURL(new RegExp(`q=${encodeURIComponent(name).replaceAll("%20", "(%20|\\+)")}`));
    // Requests beside the page do not say which language its browser wants.
    const headers = { "accept-language": language };
    const sent = await (await page.request.get(`/data/exports${search}`, { headers })).text();
    const heads = sent.slice(sent.indexOf("<thead"), sent.indexOf("</thead>"));
    expect(heads).toContain(words.owner);
    expect(heads).not.toContain(words.lastThirtyRuns);
    await view.open();
    await expect(view.column(words.owner)).toBeChecked();
    await expect(view.column(words.lastThirtyRuns)).not.toBeChecked();
  });

  test("each column that can be hidden sorts, too, but for the runs of the strip", async ({ page, server }) => {
    const [furniture, rest] = [await Furniture.of(server), await Rest.asAdministrator(server)];
    const { items: people } = await rest.ask<{ items: { id: string; name: string }[] }>("GET", "people");
    const [first, last] = [people[0]!.id, people.at(-1)!.id];
    const word = `Noted${language}`;
    for (const [name, labels, owner_id] of [
      ["one", ["été", "a"], last],
      ["two", ["Crm"], null],
      ["three", ["zoo"], first],
    ] as const) {
      const id = await furniture.export(`${word} ${name}`);
      await rest.ask("PUT", `exports/${id}/about`, { labels, owner_id, note: "" });
    }
    await furniture.run(await furniture.export(`${word} four`));

    const exports = new ExportsPage(page);
    const view = new TableView(page, words);
    await exports.goto(`?q=${word}`);
    await exports.hydrated();
    await view.open();
    const columns = {
      data_as_of: words.dataAsOf,
      updated_at: words.lastUpdated,
      updated_by: words.updatedBy,
      labels: words.labels,
      owner: words.owner,
    };
    for (const column of Object.values(columns)) await view.column(column).check();
    await view.apply();
    await exports.hydrated();
    const orders: Record<string, string[]> = {};
    for (const [sort, column] of Object.entries(columns)) {
      const found = await rest.ask<{ items: { name: string }[] }>("GET", `exports?q=${word}&sort=${sort}`);
      const up = (orders[sort] = found.items.map(({ name }) => name));
      for (const [turn, order] of [
        ["ascending", up],
        ["descending", up.toReversed()],
      ] as const) {
        await exports.header(column).getByRole("link").click();
        await expect(exports.header(column)).toHaveAttribute("aria-sort", turn);
        await expect(exports.table.getByRole("rowheader")).toHaveText(order);
      }
    }
    const named = (names: string[]) => names.map((name) => `${word} ${name}`);
    expect(orders.labels).toEqual(named(["four", "two", "one", "three"]));
    expect(orders.owner).toEqual(named(["four", "two", "three", "one"]));
    expect(orders.data_as_of!.at(-1)).toBe(`${word} four`);
    await expect(exports.header(words.lastThirtyRuns).getByRole("link")).toHaveCount(0);
  });

  test("compact rows are lower", async ({ page }) => {
    const exports = new ExportsPage(page);
    const view = new TableView(page, words);
    await exports.goto(search);
    await exports.hydrated();
    const height = async () => (await exports.row(name).boundingBox())!.height;
    const before = await height();
    await view.open();
    await view.choice(words.density, words.compact).check();
    await view.apply();
    expect(await height()).toBeLessThan(before);
  });

  test("times are relative or exact, in the reader's zone, in UTC or in that of the schedule", async ({ page }) => {
    const exports = new ExportsPage(page);
    const view = new TableView(page, words);
    await exports.goto(search);
    await exports.hydrated();
    const time = exports.refreshed(name).locator("time");
    await expect(time).toHaveAttribute("title", /UTC/);
    await expect(time).toHaveAttribute("datetime", /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(await time.innerText()).not.toMatch(/UTC/);
    for (const [zone, offset] of [
      [words.yourZone, "UTC+5:45"],
      ["UTC", "UTC"],
      [words.zoneOfSchedule, "UTC+9"],
    ] as const) {
      await view.open();
      await view.choice(words.times, words.exact).check();
      await view.choice(words.timeZone, zone).check();
      await view.apply();
      await exports.hydrated();
      await expect(time).toContainText(new RegExp(`\\d\\d:\\d\\d (\\(${offset.replace("+", "\\+")}\\)|${offset}$)`));
    }
  });

  test("an instant is in UTC as it is sent, and on the reader's clock once the script runs", async ({ page }) => {
    const exports = new ExportsPage(page);
    await exports.goto(search);
    await exports.hydrated();
    const [first] = await sent(page, language, "tbody");
    expect(first).toMatch(/\d\d:\d\d UTC/);
    await expect(exports.refreshed(name)).not.toContainText("UTC");
  });

  test("numbers and instants are written by the browser as by the server", async ({ page }) => {
    const exports = new ExportsPage(page);
    const view = new TableView(page, words);
    await exports.goto(search);
    await exports.hydrated();
    await view.open();
    await view.choice(words.times, words.exact).check();
    await view.choice(words.timeZone, "UTC").check();
    await view.apply();
    await exports.hydrated();
    // From here on the browser draws what it has asked for: no page comes from the server.
    await page.evaluate(() => Object.assign(window, { same: true }));
    const through = (link: string) => exports.navigation.getByRole("link", { name: link, exact: true }).click();
    for (const [go, parts] of [
      [() => through(words.tables), "main tbody"],
      [() => through(words.runsPage), "main tbody"],
      [() => through(words.exports), "main tbody"],
      [() => exports.status(name).getByRole("link").click(), "dialog .key-values, dialog td, .waybill-sum, .waybill-size"],
    ] as const) {
      const before = page.url();
      await go();
      await expect.poll(() => page.url()).not.toBe(before);
      const texts = await sent(page, language, parts);
      expect(texts.join(" "), page.url()).toMatch(/\d\d:\d\d UTC/);
      const drawn = () => page.locator(parts).evaluateAll((all) => all.map((one) => one.textContent ?? ""));
      await expect.poll(drawn, page.url()).toEqual(texts);
    }
    await expect(exports.pane(words.runDetails)).toContainText(/200[,\s]000/);
    expect(await page.evaluate(() => "same" in window)).toBe(true);
  });

  test("the instant itself is shown while something in the row has the focus", async ({ page }) => {
    const exports = new ExportsPage(page);
    await exports.goto(search);
    await exports.hydrated();
    const time = exports.refreshed(name).locator("time");
    await expect(time).toHaveAttribute("title", /UTC/);
    const said = () => time.evaluate((element) => getComputedStyle(element, "::after").content);
    expect(await said()).toBe("none");
    await exports.row(name).getByRole("checkbox").focus();
    await page.keyboard.press("Tab");
    await expect(exports.link(name)).toBeFocused();
    await expect.poll(said).not.toBe("none");
  });

  test("the last runs are one picture, with words for who does not see it", async ({ page }) => {
    const exports = new ExportsPage(page);
    await exports.goto(search);
    // Taking the page over draws the picture once more.
    await exports.hydrated();
    const strip = exports.row(name).getByRole("img");
    await expect(strip).toHaveAccessibleName(new RegExp(`1 × ${words.successful}`));
    await expect(strip.locator("path")).toHaveCount(1);
    // The newest run is at the end, and one that went well stands on the ground.
    const [aside, above] = await strip.evaluate((picture) => {
      const [frame, mark] = [picture, picture.querySelector("path")!].map((part) => part.getBoundingClientRect());
      return [frame!.right - mark!.right, frame!.bottom - mark!.bottom];
    });
    expect(aside).toBeCloseTo(0, 0);
    expect(above).toBeCloseTo(0, 0);
  });

  test.describe("without script", () => {
    test.use({ javaScriptEnabled: false });

    test("the form is sent all the same", async ({ page, problems }) => {
      problems.expect(/request failed: GET .*\/pkg\/.*: csp/);
      const exports = new ExportsPage(page);
      const view = new TableView(page, words);
      await exports.goto(search);
      await view.open();
      await view.column(words.updatedBy).uncheck();
      await view.apply();
      await expect(exports.header(words.updatedBy)).toHaveCount(0);
    });
  });
});
