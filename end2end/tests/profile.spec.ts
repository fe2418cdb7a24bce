import { expect, people, test } from "../fixtures/test.ts";
import { totp } from "../fixtures/totp.ts";
import { AccountPage } from "../pages/account.ts";
import { PeoplePage } from "../pages/people.ts";
import { SignInPage } from "../pages/sign-in.ts";

const password = "correct horse battery";

test("name, language and theme go wherever the person signs in", async ({ baseURL, browser, page, signIn }) => {
  await signIn("contributor");
  const account = new AccountPage(page);
  await page.goto("/data/exports");
  await account.hydrated();
  await account.fromTopBar(/^Account of/, "Your account");
  await expect(account.heading).toHaveText("Your account");
  await account.name.fill("Camille R.");
  await account.select("Language").selectOption("fr");
  await account.select("Theme").selectOption("dark");
  await account.button("Save").click();
  await expect(account.done).toContainText("Votre profil a été enregistré.");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.getByRole("button", { name: "Compte de Camille R." })).toBeVisible();

  const other = await browser.newContext({ baseURL, locale: "en-GB" });
  const theirs = await other.newPage();
  const elsewhere = new SignInPage(theirs);
  await elsewhere.goto();
  await new AccountPage(theirs).hydrated();
  await expect(theirs.locator("html")).toHaveAttribute("lang", "en");
  await elsewhere.signIn(people.contributor);
  await expect(theirs).toHaveURL(/\/data\/exports/);
  await expect(theirs.locator("html")).toHaveAttribute("lang", "fr");
  await expect(theirs.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(theirs.getByRole("heading", { level: 1 })).toHaveText("Exportations");
  await other.close();

  // The menu of the top bar changes what is kept.
  await account.fromTopBar("Langue", "English");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
});

test("times of the pages are those of the zone that is kept", async ({ page, problems, signIn }) => {
  problems.expect(/\b422\b/);
  await signIn("admin");
  const account = new AccountPage(page);
  await account.goto();
  await account.hydrated();
  const zone = page.getByRole("textbox", { name: /^Time zone/ });
  await zone.fill("Mars/Olympus");
  await account.button("Save").click();
  await expect(zone).toHaveAttribute("aria-invalid", "true");
  await zone.fill("Asia/Kolkata");
  await account.button("Save").click();
  await expect(account.done).toBeVisible();
  await account.goto("?tab=security");
  await account.hydrated();
  const time = account.sessions.first().locator("time").first();
  await expect(time).toHaveAttribute("title", /:/);
  const shown = (await time.getAttribute("title"))!.match(/(\d\d):(\d\d)/)!;
  const utc = (await time.getAttribute("datetime"))!.match(/T(\d\d):(\d\d)/)!;
  const minutes = (found: RegExpMatchArray) => Number(found[1]) * 60 + Number(found[2]);
  expect((minutes(shown) - minutes(utc) + 1440) % 1440).toBe(330);
});

test("a new password ends the other sessions", async ({ baseURL, browser, page, problems }) => {
  problems.expect(/\b422\b/);
  const signIn = new SignInPage(page);
  await signIn.goto();
  await signIn.signIn(people.viewer);
  const other = await browser.newContext({ baseURL });
  const theirs = await other.newPage();
  const elsewhere = new SignInPage(theirs);
  await elsewhere.goto();
  await elsewhere.signIn(people.viewer);

  const account = new AccountPage(page);
  await account.goto("?tab=security");
  await account.hydrated();
  await expect(account.sessions.filter({ hasText: "This session" })).toHaveCount(1);
  await account.old.fill("not the password");
  await account.new.fill(password);
  await account.button("Change password").click();
  await expect(account.old).toHaveAttribute("aria-invalid", "true");
  await account.old.fill(people.viewer.password);
  await account.button("Change password").click();
  await expect(account.done).toContainText("Your password was changed");
  await expect(account.sessions).toHaveCount(1);
  await theirs.goto("/data/exports");
  await expect(elsewhere.password).toBeVisible();
  await other.close();
});

test("a token is made, shown once, and revoked", async ({ baseURL, page, signIn }) => {
  await signIn("admin");
  const account = new AccountPage(page);
  await account.goto("?tab=tokens");
  await account.hydrated();
  const panes = new PeoplePage(page);
  await page.getByRole("link", { name: "Create token" }).first().click();
  await panes.field(/^Name/).fill("script");
  await panes.dialog.getByRole("combobox", { name: "May at most" }).selectOption("viewer");
  await panes.button("Create token").click();
  await expect(panes.dialog.getByText("is not shown again")).toBeVisible();
  const token = await panes.shown("Token");
  const answer = await fetch(`${baseURL}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
  expect(((await answer.json()) as { role: string }).role).toBe("viewer");
  await panes.dialog.getByRole("link", { name: "Close" }).last().click();
  await expect(page.getByRole("row", { name: /script/ })).toContainText("Viewer");
  await page.getByRole("link", { name: "Revoke script" }).click();
  await panes.button("Revoke").click();
  await panes.closed();
  await expect(page.getByRole("row", { name: /script/ })).toHaveCount(0);
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("a person joins, changes name and password, and signs out others", async ({ browser, page, problems, server }) => {
    problems.expect(/request failed: GET .*\/pkg\/.*: csp/);
    const other = await browser.newContext({ baseURL: server.address, javaScriptEnabled: false });
    const theirs = await other.newPage();
    const elsewhere = new SignInPage(theirs);
    await elsewhere.goto();
    await elsewhere.signIn(people.admin);

    const signIn = new SignInPage(page);
    await signIn.goto();
    await signIn.signIn(people.admin);
    const account = new AccountPage(page);
    await account.goto();
    await account.name.fill("Adèle F.");
    await account.button("Save").click();
    await expect(account.done).toContainText("Your profile was saved.");
    await expect(account.name).toHaveValue("Adèle F.");

    await account.goto("?tab=security");
    await account.button("Sign out others").click();
    await expect(account.done).toContainText("All other sessions have ended.");
    await expect(account.sessions).toHaveCount(1);
    await theirs.goto("/data/exports");
    await expect(elsewhere.password).toBeVisible();

    await account.old.fill("not the password");
    await account.new.fill(password);
    await account.button("Change password").click();
    await expect(account.old).toHaveAttribute("aria-invalid", "true");
    await account.old.fill(people.admin.password);
    await account.new.fill(password);
    await account.button("Change password").click();
    await expect(account.done).toContainText("Your password was changed");
    await other.close();
  });
});

test("a second factor is set up, asked for at the next sign-in, and removed", async ({ baseURL, browser, page, problems, signIn }) => {
  problems.expect(/\b422\b/);
  await signIn("contributor");
  const account = new AccountPage(page);
  const panes = new PeoplePage(page);
  await account.goto("?tab=security");
  await account.hydrated();
  await page.getByRole("link", { name: "Set up second factor" }).click();
  const password = panes.dialog.locator('input[name="password"]');
  await password.fill("not the password");
  await panes.button("Continue").click();
  await expect(password).toHaveAttribute("aria-invalid", "true");
  await password.fill(people.contributor.password);
  await panes.button("Continue").click();
  await expect(panes.dialog.getByRole("img")).toBeVisible();
  const seed = await panes.shown("Key");
  await panes.field("Code").fill(totp(seed));
  await panes.button("Continue").click();
  const codes = panes.dialog.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
  await expect(codes).toHaveCount(10);
  const recovery = await codes.first().innerText();
  await panes.dialog.getByRole("link", { name: "Close" }).last().click();
  await expect(page.getByText("10 left")).toBeVisible();

  for (const code of [totp(seed, 1), recovery]) {
    // A browser of its own for each: a page whose session is taken away under it loads itself anew.
    const other = await browser.newContext({ baseURL });
    const theirs = await other.newPage();
    await theirs.goto("/data/tables");
    await new SignInPage(theirs).send(people.contributor);
    await expect(theirs.getByRole("heading", { level: 1 })).toHaveText("Second factor");
    await theirs.getByRole("textbox", { name: "Code" }).fill("000000");
    await theirs.getByRole("button", { name: "Sign in" }).click();
    await expect(theirs.getByRole("alert").first()).toBeVisible();
    await theirs.getByRole("textbox", { name: "Code" }).fill(code);
    await theirs.getByRole("button", { name: "Sign in" }).click();
    await expect(theirs).toHaveURL(/\/data\/tables/);
    await other.close();
  }

  await page.getByRole("link", { name: "Remove second factor" }).click();
  await panes.dialog.locator('input[name="password"]').fill(people.contributor.password);
  await panes.button("Remove second factor").click();
  await panes.closed();
  await expect(page.getByText("The password alone signs in", { exact: true })).toBeVisible();
});
