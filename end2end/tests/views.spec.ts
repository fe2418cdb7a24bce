import { expectAccessible } from "../fixtures/axe.ts";
import { inEachLanguage } from "../fixtures/matrix.ts";
import { expect, test } from "../fixtures/test.ts";
import { ExportsPage } from "../pages/exports.ts";
import { SavedViews } from "../pages/saved-views.ts";

inEachLanguage(({ language, words }) => {
  test.describe.configure({ mode: "serial" });
  test.beforeEach(async ({ signIn }) => signIn("viewer"));

  const name = `By name, backwards (${language})`;
  const renamed = `Z to A (${language})`;

  test("the list is saved as a view, and opened again from the menu", async ({ page }) => {
    const exports = new ExportsPage(page);
    const views = new SavedViews(page);
    await exports.goto("?sort=-name&limit=25");
    await exports.hydrated();
    await views.keep();
    await expect(page).toHaveURL(/[?&]pane=views/);
    await views.name.fill(name);
    await views.save.click();
    await expect(views.row(name)).toBeVisible();
    await expect(views.name).toHaveValue("");
    await expectAccessible(page);
    await views.close.click();
    await expect(views.dialog).toBeHidden();

    await exports.goto();
    await exports.hydrated();
    await views.open(name);
    await expect(page).toHaveURL(/\/data\/exports\?sort=-name&limit=25$/);
    await expect(exports.header(words.displayName)).toHaveAttribute("aria-sort", "descending");
    await views.menu.click();
    await expect(views.item(name)).toHaveAttribute("aria-current", "true");
  });

  test("a view gets another name and another list", async ({ page }) => {
    const exports = new ExportsPage(page);
    const views = new SavedViews(page);
    await exports.goto("?sort=-name&limit=25&pane=views");
    await exports.hydrated();
    // What would change nothing cannot be pressed.
    await expect(views.command(name, "replace")).toHaveAttribute("aria-disabled", "true");
    await views.command(name, "rename").click();
    await expect(views.newName(name)).toBeFocused();
    await views.newName(name).fill(renamed);
    await views.newName(name).press("Enter");
    await expect(views.row(renamed)).toBeVisible();
    await expect(views.row(name)).toBeHidden();

    await exports.goto("?q=zz&cursor=none&pane=views");
    await exports.hydrated();
    await views.command(renamed, "replace").click();
    await expect(views.row(renamed).getByRole("link")).toHaveAttribute("href", "/data/exports?q=zz");
  });

  test("a name that is taken is said at its field", async ({ page, problems }) => {
    problems.expect(/\b422\b/);
    const exports = new ExportsPage(page);
    const views = new SavedViews(page);
    await exports.goto("?pane=views");
    await exports.hydrated();
    await views.name.fill(renamed.toUpperCase());
    await views.save.click();
    await expect(views.name).toHaveAttribute("aria-invalid", "true");
    await expect(views.name).toBeFocused();
  });

  test("nobody sees the views of somebody else, and whoever saved one removes it", async ({ page, signIn }) => {
    const exports = new ExportsPage(page);
    const views = new SavedViews(page);
    await signIn("admin");
    await exports.goto("?pane=views");
    await expect(views.dialog.getByText(/You have no saved views yet|Vous n’avez pas encore de vue/)).toBeVisible();
    await signIn("viewer");
    await exports.goto("?pane=views");
    await exports.hydrated();
    await views.command(renamed, "remove").click();
    await expect(views.row(renamed)).toBeHidden();
    await expect(page.getByText(new RegExp(`${language === "en" ? "removed" : "supprimée"}$`))).toBeVisible();
    await page.getByRole("button", { name: words.undoRemoval, exact: true }).click();
    await expect(views.row(renamed).getByRole("link")).toHaveAttribute("href", "/data/exports?q=zz");
    await views.command(renamed, "remove").click();
    await expect(views.row(renamed)).toBeHidden();
  });

  test.describe("without script", () => {
    test.use({ javaScriptEnabled: false });

    test("the menu leads to the pane, which says that nothing can be saved yet", async ({ page, problems }) => {
      problems.expect(/request failed: GET .*\/pkg\/.*: csp/);
      const exports = new ExportsPage(page);
      const views = new SavedViews(page);
      await exports.goto();
      await views.keep();
      await expect(views.save).toHaveAttribute("aria-disabled", "true");
    });
  });
});
