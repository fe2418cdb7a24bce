import type { Browser, Page } from "@playwright/test";

import { expect, people, test } from "../fixtures/test.ts";
import { InvitationPage } from "../pages/account.ts";
import { PeoplePage } from "../pages/people.ts";
import { SignInPage } from "../pages/sign-in.ts";

const password = "correct horse battery";

/** A browser of somebody else, for as long as `use` takes. */
async function elsewhere(browser: Browser, use: (page: Page) => Promise<void>, baseURL?: string): Promise<void> {
  const context = await browser.newContext({ baseURL });
  await use(await context.newPage());
  await context.close();
}

/** Invites somebody on the page, and gives the link that is shown. */
async function invite(page: PeoplePage, name: string, role: string): Promise<string> {
  await page.goto();
  await page.command("Invite").click();
  await page.field("E-mail address").fill(`${name.toLowerCase()}@example.org`);
  await page.field(/^Name/).fill(name);
  await page.role(role).check();
  await page.button("Create invitation").click();
  await expect(page.dialog.getByText("is not shown again")).toBeVisible();
  return page.shown("Link");
}

test("who is invited joins, is seen, changes role, is disabled and comes back", async ({
  baseURL,
  browser,
  page,
  signIn,
}) => {
  await signIn("admin");
  const list = new PeoplePage(page);
  const link = await invite(list, "Grace", "Contributor");
  expect(link.startsWith(`${baseURL}/invitation?code=`), link).toBe(true);
  await list.goto("?tab=invitations");
  await expect(list.row("Grace")).toContainText("grace@example.org");

  await elsewhere(browser, async (theirs) => {
    const invitation = new InvitationPage(theirs);
    await theirs.goto(link);
    await expect(invitation.heading).toHaveText("Join Waybill");
    await expect(invitation.name).toHaveValue("Grace");
    await invitation.password.fill("short");
    await invitation.send.click();
    await expect(invitation.problems.first()).toBeVisible();
    await invitation.password.fill(password);
    await invitation.send.click();
    await expect(theirs).toHaveURL(/\/data\/exports/);

    // The list of the administrator hears of it.
    await expect(list.row("Grace")).toHaveCount(0);
    await list.goto();
    await expect(list.row("Grace")).toContainText("Contributor");
    await list.fromMenu("Grace", "Edit");
    await list.role("Administrator").check();
    await list.button("Save").click();
    await list.closed();
    await theirs.goto("/administration/people");
    await expect(theirs.getByRole("rowheader", { name: "Grace" })).toBeVisible();

    await list.fromMenu("Grace", "Edit");
    await list.dialog.getByRole("switch", { name: "Disabled" }).check();
    await list.button("Save").click();
    await list.closed();
    await expect(list.row("Grace")).toContainText("Disabled");
    await theirs.goto("/data/exports");
    await expect(theirs.locator('input[type="password"]')).toBeVisible();
  }, baseURL);

  await elsewhere(browser, async (theirs) => {
    await theirs.goto(link);
    await expect(theirs.getByText("This link is no longer valid")).toBeVisible();
  });
});

test("a link to a new password works once and ends what was open", async ({ baseURL, browser, page, signIn }) => {
  await signIn("admin");
  const list = new PeoplePage(page);
  await list.goto();
  await list.fromMenu("Victor Lindqvist", "New password link");
  await list.button("Create link").click();
  await expect(list.dialog.getByText("is not shown again")).toBeVisible();
  const link = await list.shown("Link");
  await elsewhere(browser, async (theirs) => {
    const invitation = new InvitationPage(theirs);
    await theirs.goto(link);
    await expect(invitation.heading).toHaveText("Choose a new password");
    await invitation.password.fill(password);
    await invitation.send.click();
    await new SignInPage(theirs).signIn({ email: people.viewer.email, password });
  }, baseURL);
});

test("an invitation is withdrawn, and its link is closed", async ({ browser, page, signIn }) => {
  await signIn("admin");
  const list = new PeoplePage(page);
  const link = await invite(list, "Heidi", "Viewer");
  await list.goto("?tab=invitations");
  await list.row("Heidi").getByRole("link", { name: "Withdraw" }).click();
  await list.button("Withdraw").click();
  await list.closed();
  await expect(list.row("Heidi")).toHaveCount(0);
  await elsewhere(browser, async (theirs) => {
    await theirs.goto(link);
    await expect(theirs.getByText("This link is no longer valid")).toBeVisible();
  });
});

test("a service account gets a token, which REST takes until it is revoked", async ({ baseURL, page, signIn }) => {
  const asked = (token: string) =>
    fetch(`${baseURL}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
  await signIn("admin");
  const list = new PeoplePage(page);
  await list.goto();
  await list.command("Add service account").click();
  await list.field(/^Name/).fill("Nightly loader");
  await list.role("Contributor").check();
  await list.button("Add").click();
  await expect(list.dialog.getByText("Tokens of Nightly loader")).toBeVisible();
  await list.dialog.getByRole("link", { name: "Create token" }).click();
  await list.field(/^Name/).fill("loader");
  await list.button("Create token").click();
  await expect(list.dialog.getByText("is not shown again")).toBeVisible();
  const token = await list.shown("Token");
  const me = (await (await asked(token)).json()) as { name: string; role: string };
  expect(me).toMatchObject({ name: "Nightly loader", role: "contributor" });

  await list.goto();
  await list.fromMenu("Nightly loader", "Tokens");
  await list.dialog.getByRole("link", { name: "Revoke loader" }).click();
  await list.button("Revoke").click();
  await list.closed();
  expect((await asked(token)).status).toBe(401);
});

test("the last administrator stays one, and the pane says why", async ({ page, problems, signIn }) => {
  problems.expect(/\b409\b/);
  await signIn("admin");
  const list = new PeoplePage(page);
  await list.goto();
  // Others may have been made administrators by the tests before; here they are not.
  for (const name of await list.table.locator("tbody tr", { hasText: "Administrator" }).getByRole("rowheader").allInnerTexts()) {
    if (name.includes("Adèle")) continue;
    await list.fromMenu(name.split("\n")[0]!, "Edit");
    await list.role("Viewer").check();
    await list.button("Save").click();
    await list.closed();
  }
  await list.fromMenu("Adèle Fontaine", "Edit");
  await list.role("Viewer").check();
  await list.button("Save").click();
  await expect(list.dialog.getByRole("alert")).toContainText("This is the last administrator");
});

test("nobody but administrators sees people", async ({ page, problems, signIn }) => {
  problems.expect(/\b403\b/);
  await signIn("contributor");
  await page.goto("/administration/people");
  await expect(page.getByText("This page is for administrators")).toBeVisible();
  const navigation = page.getByRole("navigation", { name: "Main navigation" });
  await expect(navigation.getByRole("link", { name: "People" })).toHaveCount(0);
});
