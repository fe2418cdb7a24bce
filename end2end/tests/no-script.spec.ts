import { expect, people, test } from "../fixtures/test.ts";
import { ExportsPage } from "../pages/exports.ts";
import { SignInPage } from "../pages/sign-in.ts";

test.use({ javaScriptEnabled: false });

test("without script a person signs in, searches, sorts, opens a pane and goes through pages", async ({ page, problems }) => {
  // The browser says so of a module that it may not load.
  problems.expect(/request failed: GET .*\/pkg\/.*: csp/);
  const exports = new ExportsPage(page);
  const signIn = new SignInPage(page);
  await signIn.goto();
  await signIn.signIn(people.admin);
  await expect(page).toHaveURL(/\/data\/exports/);
  const all = await exports.names();
  expect(all.length).toBeGreaterThan(0);

  const word = all[0]!.split(" ")[0]!;
  await exports.search.fill(word);
  await exports.search.press("Enter");
  await expect(page).toHaveURL(/[?&]q=/);
  for (const name of await exports.names()) expect(name.toLowerCase()).toContain(word.toLowerCase());

  await exports.goto();
  await exports.header("Display name").getByRole("link").click();
  await expect(exports.header("Display name")).toHaveAttribute("aria-sort", /ascending|descending/);
  const once = await exports.names();
  await exports.header("Display name").getByRole("link").click();
  expect(await exports.names()).toEqual([...once].reverse());

  await exports.link(all[0]!).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.getByRole("dialog").getByRole("link", { name: "Close" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await exports.goto("?limit=1");
  const [first] = await exports.names();
  await page.getByRole("link", { name: "Next page" }).click();
  const [second] = await exports.names();
  expect(second).not.toBe(first);
  await page.getByRole("link", { name: "Previous page" }).click();
  expect(await exports.names()).toEqual([first]);
});
