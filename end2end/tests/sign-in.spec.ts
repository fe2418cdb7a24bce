import { expect, people, test } from "../fixtures/test.ts";
import { ExportsPage } from "../pages/exports.ts";
import { SignInPage } from "../pages/sign-in.ts";

test("a person signs in, lands on the exports and signs out", async ({ page }) => {
  const signIn = new SignInPage(page);
  await signIn.goto();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await signIn.signIn(people.contributor);
  await expect(page).toHaveURL(/\/data\/exports/);

  const shell = new ExportsPage(page);
  await shell.fromTopBar(/^Account of/, "Sign out");
  await expect(signIn.password).toBeVisible();
  await page.goto("/data/exports");
  await expect(signIn.password).toBeVisible();
});

test("after signing in a person is where the link led", async ({ page }) => {
  const signIn = new SignInPage(page);
  await page.goto("/data/tables");
  await signIn.send(people.viewer);
  await expect(page).toHaveURL(/^[^?]*\/data\/tables$/);
  await expect(page.getByRole("table")).toBeVisible();
});

test("a wrong password is refused without telling whether the person exists", async ({ page, problems }) => {
  problems.expect(/\b422\b/);
  const signIn = new SignInPage(page);
  const refusals: string[] = [];
  for (const email of [people.viewer.email, "nobody@demo.example"]) {
    await signIn.goto();
    // Without the script the form comes back empty.
    await new ExportsPage(page).hydrated();
    await signIn.send({ email, password: "not the password" });
    const alert = page.getByRole("alert");
    await expect(alert).toBeVisible();
    refusals.push(await alert.innerText());
    await expect(signIn.email).toHaveValue(email);
  }
  expect(refusals[0]).toBe(refusals[1]);
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("failed sign-ins leave one error in the address, and the way back", async ({ page, problems }) => {
    problems.expect(/request failed: GET .*\/pkg\/.*: csp/);
    const signIn = new SignInPage(page);
    await page.goto("/data/tables?q=orders");
    for (let failures = 0; failures < 3; failures++) {
      const loaded = page.waitForEvent("domcontentloaded");
      await signIn.send({ email: people.viewer.email, password: "not the password" });
      await loaded;
      await expect(page.getByRole("alert")).toBeVisible();
      const { searchParams } = new URL(page.url());
      expect(searchParams.getAll("__path")).toHaveLength(1);
      expect(searchParams.getAll("__err")).toHaveLength(1);
      expect(searchParams.get("next")).toBe("/data/tables?q=orders");
    }
    await signIn.send(people.viewer);
    await expect(page).toHaveURL(/\/data\/tables\?q=orders$/);
  });
});

test("the demo says on every page that it is one", async ({ page, signIn }) => {
  await page.goto("/");
  await expect(page.getByText("This is a demonstration")).toBeVisible();
  await signIn("viewer");
  for (const path of ["/data/exports", "/data/tables", "/data/sources"]) {
    await page.goto(path);
    await expect(page.getByText("This is a demonstration")).toBeVisible();
  }
});
