import { readFile } from "node:fs/promises";

import type { TestInfo } from "@playwright/test";

import { Furniture } from "../fixtures/furniture.ts";
import { inEachLanguage } from "../fixtures/matrix.ts";
import { Rest } from "../fixtures/rest.ts";
import { expect, people, test } from "../fixtures/test.ts";
import { AuditPage } from "../pages/audit.ts";
import { SignInPage } from "../pages/sign-in.ts";

const kept = "Audit kept";

/** A program that changes what the tests look for. */
let rest: Rest;

test.describe.configure({ mode: "serial" });

// Once for the server, and not again for each language.
test.beforeAll(async ({ server }, testInfo: TestInfo) => {
  testInfo.setTimeout(120_000);
  rest = await Rest.asAdministrator(server);
  const furniture = await Furniture.of(server);
  await furniture.run(await furniture.export(kept));
});

inEachLanguage(({ words }) => {
  test("what was done is found by its object, kind, day and words", async ({ page, signIn }) => {
    const audit = new AuditPage(page, words);
    await signIn("admin");
    await audit.goto();
    await audit.hydrated();
    await audit.search.fill("AUDIT kept");
    await audit.search.press("Enter");
    await expect(page).toHaveURL(/[?&]q=/);
    // Created, started, ended.
    await expect(audit.of(kept)).toHaveCount(3);
    await expect(audit.rows).toHaveCount(3);
    await audit.choose("kinds", words.exports);
    await expect(page).toHaveURL(/[?&]kind=export/);
    await expect(audit.rows).toHaveCount(1);
    await expect(audit.rows.first().getByRole("rowheader")).toHaveText(words.exportCreated);
    await audit.to.fill("1999-12-31");
    await audit.apply.click();
    await expect(page.getByText(words.nothingMatches)).toBeVisible();
    await page.goBack();
    await expect(audit.to).toHaveValue("");
    await expect(audit.rows).toHaveCount(1);
    await audit.rows.first().getByRole("link", { name: kept, exact: true }).click();
    await expect(page).toHaveURL(/[?&]object=/);
    await audit.chosen(kept).click();
    await expect(page).not.toHaveURL(/[?&]object=/);
    await audit.choose("doors", words.auditServer);
    await expect(page.getByText(words.nothingMatches)).toBeVisible();
    await audit.table.getByRole("link", { name: words.clearAll }).click();
    await expect(page).toHaveURL(/\/administration\/audit$/);
    await expect(audit.search).toHaveValue("");
  });

  test("an entry tells what it changed, and Escape leads back to the list", async ({ page, signIn }) => {
    const audit = new AuditPage(page, words);
    await signIn("admin");
    await rest.ask("PUT", "settings", { audit_days: 90 });
    await rest.ask("PUT", "settings", { audit_days: 1_200 });
    await audit.goto("?action=settings.update");
    await audit.hydrated();
    await expect(audit.rows.first().getByRole("rowheader")).toHaveText(words.settingsChanged);
    const pane = await audit.open(audit.rows.first());
    const thousand = words.language === "English" ? "1,200" : "1\u202f200";
    await expect.poll(() => pane.difference(words.daysToKeep)).toEqual(["90", thousand]);
    await page.reload();
    await expect(pane.differences).toBeVisible();
    await audit.hydrated();
    await page.keyboard.press("Escape");
    await expect(pane.dialog).toBeHidden();
    await expect(page).toHaveURL(/\/administration\/audit\?action=settings\.update$/);
  });

  test("how long entries are kept is set in a pane, which says what is wrong", async ({ page, signIn }) => {
    const audit = new AuditPage(page, words);
    await signIn("admin");
    await rest.ask("PUT", "settings", { audit_days: 400 });
    const before = await rest.ask<object>("GET", "settings");
    await audit.goto();
    await audit.hydrated();
    await audit.retention.click();
    const pane = audit.pane(words.retention);
    const days = pane.getByLabel(words.daysToKeep);
    await expect(days).toHaveValue("400");
    await days.fill("7");
    await pane.getByRole("button", { name: words.save, exact: true }).click();
    await expect(pane.getByRole("alert")).toBeVisible();
    await expect(days).toHaveAttribute("aria-invalid", "true");
    await days.fill("120");
    await pane.getByRole("button", { name: words.save, exact: true }).click();
    await expect(pane).toBeHidden();
    await expect(page.locator(".toast")).toContainText(words.retentionSaved);
    expect(await rest.ask("GET", "settings")).toEqual({ ...before, audit_days: 120 });
  });
});

test("the file holds what the list shows", async ({ page, signIn }) => {
  const audit = new AuditPage(page);
  await signIn("admin");
  await audit.goto("?q=audit+kept&kind=export");
  await audit.hydrated();
  const loading = page.waitForEvent("download");
  await audit.download.click();
  const file = await readFile(await (await loading).path(), "utf8");
  const lines = file.trimEnd().split("\n");
  expect(lines[0]).toMatch(/^at,actor_id,actor,door,/);
  expect(lines.slice(1)).toHaveLength(1);
  expect(lines[1]).toContain(`,export.create,export,`);
  expect(lines[1]).toContain(kept);
});

test("the audit log is for administrators", async ({ page, problems, signIn }) => {
  problems.expect(/403/);
  for (const role of ["viewer", "contributor"] as const) {
    await signIn(role);
    await page.goto("/administration/audit");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByRole("table")).toHaveCount(0);
    await expect(new AuditPage(page).navigation.getByRole("link", { name: "Audit log" })).toHaveCount(0);
  }
  await signIn("admin");
  await page.goto("/data/exports");
  const audit = new AuditPage(page);
  await audit.hydrated();
  const link = audit.navigation.getByRole("link", { name: "Audit log" });
  await link.click();
  await expect(audit.heading).toHaveText("Audit log");
  await expect(link).toHaveAttribute("aria-current", "page");
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("the filters are a form and links, and an entry is a page", async ({ page, problems }) => {
    // The browser says so of a module that it may not load.
    problems.expect(/request failed: GET .*\/pkg\/.*: csp/);
    const signIn = new SignInPage(page);
    await signIn.goto();
    await signIn.signIn(people.admin);
    const audit = new AuditPage(page);
    await audit.goto("?kind=export");
    await audit.search.fill("audit kept");
    await audit.apply.click();
    await expect(page).toHaveURL(/kind=export/);
    await expect(audit.rows).toHaveCount(1);
    await expect(audit.search).toHaveValue("audit kept");
    const pane = await audit.open(audit.rows.first());
    await expect(pane.differences).toContainText(kept);
  });
});
