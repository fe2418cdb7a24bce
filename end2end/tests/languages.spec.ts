import { Furniture } from "../fixtures/furniture.ts";
import { inEachLanguage } from "../fixtures/matrix.ts";
import { expect, test } from "../fixtures/test.ts";
import { ExportsPage } from "../pages/exports.ts";

test.describe("a browser that asks for French", () => {
  test.use({ locale: "fr-FR" });

  test("gets French, with its own typography", async ({ page, signIn }) => {
    const exports = new ExportsPage(page);
    await page.goto("/");
    await expect(page.locator("html")).toHaveAttribute("lang", "fr");
    await expect(page.getByRole("button", { name: "Ouvrir la session" })).toBeVisible();
    await signIn("viewer");
    await exports.goto();
    await expect(exports.heading).toHaveText("Exportations");
    for (const column of ["Nom d’affichage", "Statut", "Actualisé", "Planification", "Connexion utilisée", "Vos autorisations"]) {
      await expect(exports.header(column)).toBeVisible();
    }
    const text = await page.locator("body").innerText();
    expect(text, "no straight apostrophe between letters").not.toMatch(/\p{L}'\p{L}/u);
    expect(text, "no plain space before : ; ? !").not.toMatch(/ [:;?!]/);
  });
});

inEachLanguage(({ language, words }) => {
  test("names are in the order of a dictionary, whatever their case and accents", async ({ page, server, signIn }) => {
    const tag = `Dictionary ${language}`;
    const sorted = ["east", "Écart", "ECHO", "école", "etude", "Fan", "zone"].map((name) => `${tag} ${name}`);
    await (await Furniture.of(server)).exports(sorted.toReversed());
    const exports = new ExportsPage(page);
    await signIn("viewer");
    await exports.goto(`?q=${encodeURIComponent(tag)}`);
    await exports.hydrated();
    await expect.poll(() => exports.names()).toEqual(sorted);
    await exports.header(words.displayName).getByRole("link").click();
    await expect.poll(() => exports.names()).toEqual(sorted.toReversed());
  });
});

test("the language is chosen by the person and stays", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await signIn("viewer");
  await exports.goto();
  await exports.hydrated();
  await expect(exports.heading).toHaveText("Exports");
  await exports.fromTopBar("Language", "Français");
  await expect(exports.heading).toHaveText("Exportations");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("lang", "fr");
  await expect(exports.heading).toHaveText("Exportations");
});

test("a page keeps its language while another tab changes it", async ({ page, signIn, context }) => {
  const exports = new ExportsPage(page);
  await signIn("viewer");
  await exports.goto();
  await exports.hydrated();
  const other = new ExportsPage(await context.newPage());
  await other.goto();
  await other.hydrated();
  await other.fromTopBar("Language", "Français");
  await expect(other.heading).toHaveText("Exportations");
  const [schedule] = await exports.table.getByRole("cell").filter({ hasText: "System refresh" }).allInnerTexts();
  expect(schedule, "the demo has exports that follow the refresh").toBeDefined();
  const answer = page.waitForResponse((response) => response.url().endsWith("/api/ui/exports/list"));
  await exports.header("Display name").getByRole("link").click();
  await answer;
  await expect(page).toHaveURL(/sort=-name/);
  await expect(exports.table.getByRole("cell", { name: schedule!, exact: true }).first()).toBeVisible();
  await expect(exports.table).not.toContainText("Actualisation du système");
});

test("a language that is not spoken here becomes English", async ({ browser, server }) => {
  const context = await browser.newContext({ locale: "de-DE", baseURL: server.address });
  const page = await context.newPage();
  await page.goto("/");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await context.close();
});
