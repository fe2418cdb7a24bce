import { inEachLanguage } from "../fixtures/matrix.ts";
import { expect, people, test } from "../fixtures/test.ts";
import { inEither } from "../fixtures/words.ts";
import { ExportPane } from "../pages/export-pane.ts";
import { ExportsPage } from "../pages/exports.ts";
import { FollowPane, NoticesPage } from "../pages/notices.ts";

inEachLanguage(({ language }) => {
  test("a session that ends over a form is opened again in place, and nothing typed is lost", async ({
    context,
    page,
    problems,
    signIn,
  }) => {
    // What asks without a session is refused, and so is a wrong password.
    problems.expect(/\b(401|422)\b/);
    // The browser's advice on passwords: whose it is stands in the text, and goes along hidden.
    problems.expect(/Password forms should have .*username/);
    const name = `Typed before the session ended, ${language}`;
    const exports = new ExportsPage(page);
    await signIn("contributor");
    await exports.goto();
    await exports.hydrated();
    await exports.command(inEither((words) => words.addExport)).click();
    const pane = await new ExportPane(page, inEither((words) => words.setUpExport)).opened();
    await pane.chooseConnection("Demo folder");
    await pane.table("orders").check();
    await pane.name.fill(name);

    await context.clearCookies();
    await pane.save.click();
    const again = page.getByRole("dialog", { name: /^(Sign in again|Rouvrir la session)$/ });
    await expect(again).toContainText(people.contributor.email);
    const password = again.locator('input[type="password"]');
    await expect(password).toBeFocused();
    const send = again.getByRole("button", { name: /^\s*(Sign in and save|Ouvrir la session et enregistrer)\s*$/ });

    await password.fill("not the password");
    await send.click();
    await expect(again.getByRole("alert").or(again.locator(".message-error"))).toBeVisible();
    await expect(pane.name).toHaveValue(name);

    await password.fill(people.contributor.password);
    await send.click();
    await expect(again).toHaveCount(0);
    await expect(pane.dialog).toBeHidden();
    await expect(page).toHaveURL(/\/data\/exports/);
    await exports.search.fill(name);
    await expect(exports.row(name)).toBeVisible();
  });
});

test("the settings of following survive the end of the session too", async ({ context, page, problems, signIn }) => {
  problems.expect(/\b401\b/);
  problems.expect(/Password forms should have .*username/);
  const notices = new NoticesPage(page);
  await signIn("viewer");
  await notices.goto("?tab=following&pane=follow/everything");
  await notices.hydrated();
  const pane = await new FollowPane(page).opened();
  await pane.silent.fill("48");
  await context.clearCookies();
  await pane.save.click();
  const again = page.getByRole("dialog", { name: "Sign in again" });
  await again.locator('input[type="password"]').fill(people.viewer.password);
  await again.getByRole("button", { name: "Sign in and save" }).click();
  await expect(again).toHaveCount(0);
  await expect(pane.dialog).toBeHidden();
  await expect(page.locator(".toast")).toContainText("You follow everything");
  await expect(notices.row("Everything")).toContainText("48");
  await notices.fromMenu("Everything", "Unfollow");
  await expect(notices.row("Everything")).toHaveCount(0);
});
