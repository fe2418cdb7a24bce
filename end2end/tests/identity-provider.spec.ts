import type { Page } from "@playwright/test";

import { expectAccessible } from "../fixtures/axe.ts";
import { expect, name, people, test } from "../fixtures/provider.ts";
import { AccountPage, InvitationPage } from "../pages/account.ts";
import { ExportsPage } from "../pages/exports.ts";
import { IdentityPage } from "../pages/identity.ts";
import { PeoplePage } from "../pages/people.ts";
import { SignInPage } from "../pages/sign-in.ts";

/** The way to the provider, on a page in either language. */
const button = (page: Page) =>
  page.getByRole("link", { name: new RegExp(`^(Sign in with|Ouvrir la session avec) ${name}$`) });

/** Signs in at the provider, from the sign-in page of wherever the browser is sent to it. */
async function signInAs(page: Page, who: string, wanted = "/data/exports"): Promise<void> {
  await page.goto(wanted);
  await button(page).click();
  await new IdentityPage(page).enter(who);
}

test("somebody of a group comes in where the link led, and comes back without being asked", async ({ page }) => {
  await page.goto("/data/tables");
  await expect(new SignInPage(page).password).toBeVisible();
  await expectAccessible(page);
  await button(page).click();
  await new IdentityPage(page).enter("grace");
  await expect(page).toHaveURL(/\/data\/tables$/);
  const shell = new ExportsPage(page);
  await shell.fromTopBar(/^Account of/, "Your account");
  await expect(new AccountPage(page).name).toHaveValue("Grace Hopper");

  await shell.fromTopBar(/^Account of/, "Sign out");
  await expect(new SignInPage(page).password).toBeVisible();
  await button(page).click();
  await expect(page).toHaveURL(/\/data\/exports$/);
});

test("who is not let in is told why, and who gives up may begin again", async ({ page }) => {
  await signInAs(page, "eve");
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("You belong to no group that may use this server");
  await expectAccessible(page);

  await page.context().clearCookies();
  await page.goto("/data/runs");
  await button(page).click();
  await new IdentityPage(page).cancel();
  await expect(alert).toContainText("given up or refused at the identity provider");
  await button(page).click();
  await new IdentityPage(page).enter("grace");
  await expect(page).toHaveURL(/\/data\/runs$/);
});

test("an account that is there already is linked by a one-time link, not by its address", async ({
  baseURL,
  browser,
  page,
  signIn,
}) => {
  await signInAs(page, "adele");
  await expect(page.getByRole("alert")).toContainText("An account with your e-mail address exists here already");

  await signIn("admin");
  const list = new PeoplePage(page);
  await list.goto();
  await list.fromMenu("Adèle Fontaine", "New password link");
  await list.button("Create link").click();
  await expect(list.dialog.getByText("is not shown again")).toBeVisible();
  const link = await list.shown("Link");

  const context = await browser.newContext({ baseURL });
  const theirs = await context.newPage();
  await theirs.goto(link);
  await expect(new InvitationPage(theirs).heading).toHaveText("Choose a new password");
  await expectAccessible(theirs);
  await button(theirs).click();
  await new IdentityPage(theirs).enter("adele");
  await expect(theirs).toHaveURL(/\/data\/exports$/);
  await theirs.goto("/administration/people");
  await expect(theirs.getByRole("rowheader", { name: "Adèle Fontaine" })).toBeVisible();
  await context.close();

  // The password goes on beside it. The open page leaves first: it goes on asking, and would load itself anew.
  await page.goto("about:blank");
  await page.context().clearCookies();
  await new SignInPage(page).goto();
  await new SignInPage(page).signIn(people.admin);
});

test.describe("in French", () => {
  test.use({ locale: "fr-FR" });

  test("the button and the reasons are in French", async ({ page }) => {
    await signInAs(page, "eve");
    await expect(button(page)).toHaveText("Ouvrir la session avec Login");
    await expect(page.getByRole("alert")).toContainText("Vous n’appartenez à aucun groupe autorisé sur ce serveur");
    await expect(page.getByText(/^Ou avec un mot de passe/)).toBeVisible();
  });
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("somebody comes in by the provider, or is told why not", async ({ page, problems }) => {
    // The browser says so of a module that it may not load.
    problems.expect(/request failed: GET .*\/pkg\/.*: csp/);
    await signInAs(page, "eve", "/data/tables");
    await expect(page.getByRole("alert")).toContainText("You belong to no group");
    await page.context().clearCookies();
    await signInAs(page, "grace", "/data/tables");
    await expect(page).toHaveURL(/\/data\/tables$/);
    await expect(page.getByRole("table")).toBeVisible();
  });
});
