import { expect, test } from "../fixtures/test.ts";
import { Furniture } from "../fixtures/furniture.ts";
import { inEachLanguage } from "../fixtures/matrix.ts";
import { command } from "../fixtures/words.ts";
import { ExportSelection } from "../pages/export-selection.ts";

/** Exports of these tests, in the order of their names; a search for the first word shows them alone. */
const own = (group: string) => [1, 2, 3, 4, 5].map((number) => `${group} ${number}`);

inEachLanguage(({ language, words }) => {
  const group = `Chosen${language}`;
  const names = own(group);
  const [one, two, three, four, five] = names as [string, string, string, string, string];

  test.beforeEach(async ({ server, signIn }) => {
    const furniture = await Furniture.of(server);
    const known = await furniture.names(group);
    await furniture.exports(names.filter((name) => !known.includes(name)));
    await signIn("contributor");
  });

  const open = async (page: import("@playwright/test").Page, query = "") => {
    const selection = new ExportSelection(page, words);
    await selection.exports.goto(`?q=${group}${query}`);
    await selection.exports.hydrated();
    return selection;
  };

  test("a click chooses one, and with Shift all from the one before, both ways", async ({ page }) => {
    const selection = await open(page);
    await selection.box(two).click();
    expect(await selection.chosen(names)).toEqual([two]);
    await selection.box(four).click({ modifiers: ["Shift"] });
    expect(await selection.chosen(names)).toEqual([two, three, four]);
    await selection.box(three).click();
    expect(await selection.chosen(names)).toEqual([two, four]);
    await selection.box(one).click({ modifiers: ["Shift"] });
    expect(await selection.chosen(names)).toEqual([one, two, three, four]);
  });

  test("Shift and a click on a chosen row leave the range", async ({ page }) => {
    const selection = await open(page);
    await selection.box(one).click();
    await selection.box(four).click({ modifiers: ["Shift"] });
    await selection.box(four).click({ modifiers: ["Shift"] });
    expect(await selection.chosen(names)).toEqual([]);
  });

  test("ranges follow the order of the list", async ({ page }) => {
    const selection = await open(page, "&sort=-name");
    await selection.box(five).click();
    await selection.box(three).click({ modifiers: ["Shift"] });
    expect(await selection.chosen(names)).toEqual([three, four, five]);
  });

  test("the box in the head says how many, stands half for some, and chooses and leaves all", async ({ page }) => {
    const selection = await open(page);
    await expect(selection.head).toHaveAccessibleName(words.selectAll(5));
    await expect(selection.head).not.toBeChecked();
    await selection.box(two).click();
    await expect(selection.head).toBeChecked({ indeterminate: true });
    await selection.head.click();
    await expect.poll(() => selection.chosen(names)).toEqual(names);
    await expect(selection.head).toHaveAccessibleName(words.deselectAll(5));
    await selection.head.click();
    await expect.poll(() => selection.chosen(names)).toEqual([]);
  });

  test("keys choose: Shift and the space bar in a row, Shift and the arrows on the way, Ctrl+A all", async ({ page }) => {
    const selection = await open(page);
    await selection.exports.link(two).focus();
    await page.keyboard.press("Shift+Space");
    await expect.poll(() => selection.chosen(names)).toEqual([two]);
    await selection.box(two).focus();
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Shift+ArrowDown");
    await expect.poll(() => selection.chosen(names)).toEqual([two, three, four]);
    expect(await selection.focused()).toBe(four);
    await page.keyboard.press("Shift+ArrowUp");
    await expect.poll(() => selection.chosen(names)).toEqual([two, three]);
    await page.keyboard.press("ArrowUp");
    expect(await selection.focused()).toBe(two);
    expect(await selection.chosen(names)).toEqual([two, three]);
    await page.keyboard.press("Control+a");
    await expect.poll(() => selection.chosen(names)).toEqual(names);
  });

  test("Esc empties the selection and says so, but closes an open menu first", async ({ page }) => {
    const selection = await open(page);
    await selection.box(one).click();
    await selection.exports.row(one).getByRole("link", { name: words.commandsFor(one) }).click();
    await expect(page.getByRole("menuitem").first()).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("menuitem").first()).toBeHidden();
    expect(await selection.chosen(names)).toEqual([one]);
    await page.keyboard.press("Escape");
    await expect.poll(() => selection.chosen(names)).toEqual([]);
    await expect(selection.said.filter({ hasText: words.selectionEmptied })).toHaveCount(1);
  });

  test("Esc closes an open pane, and leaves the selection as it is", async ({ page }) => {
    const selection = await open(page);
    await selection.box(one).click();
    await selection.box(three).click();
    await selection.exports.link(two).click();
    await expect(selection.exports.pane()).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(selection.exports.pane()).toBeHidden();
    expect(await selection.chosen(names)).toEqual([one, three]);
    await expect(selection.exports.commands.getByText(words.selected(2))).toBeVisible();
  });

  test("what is chosen stays chosen on other pages and in another order", async ({ page }) => {
    const selection = await open(page, "&limit=3");
    await selection.box(two).click();
    await page.getByRole("link", { name: words.nextPage }).click();
    await selection.box(five).click();
    await expect(selection.said.filter({ hasText: words.selected(2) })).toHaveCount(1);
    await page.getByRole("link", { name: words.previousPage }).click();
    await expect(selection.box(two)).toBeChecked();
    await selection.exports.header(words.displayName).getByRole("link").click();
    await expect(selection.box(five)).toBeChecked();
  });

  test("another filter empties the selection, and says so", async ({ page }) => {
    const selection = await open(page);
    await selection.box(two).click();
    await selection.exports.search.fill(four);
    await expect(selection.exports.row(two)).toBeHidden();
    await expect(selection.said.filter({ hasText: words.selectionCleared })).toHaveCount(1);
    await selection.exports.search.fill(group);
    await expect(selection.box(two)).not.toBeChecked();
  });

  test("all that match are chosen beyond the page, and one of them taken out again", async ({ page }) => {
    const selection = await open(page, "&limit=3");
    await selection.head.click();
    await expect(page.getByText(words.pageSelected(3))).toBeVisible();
    await selection.matching(5).click();
    await expect(page.getByText(words.allMatchSelected(5)).first()).toBeVisible();
    await page.getByRole("link", { name: words.nextPage }).click();
    await expect(selection.box(five)).toBeChecked();
    await selection.box(five).click();
    await expect(page.getByText(words.matchingBut(4, 5)).first()).toBeVisible();
  });

  test("choosing moves nothing, and text of a row can be marked without choosing it", async ({ page }) => {
    const selection = await open(page);
    const before = await selection.exports.table.boundingBox();
    await selection.box(one).click();
    await expect(selection.box(one)).toBeChecked();
    expect(await selection.exports.table.boundingBox()).toEqual(before);
    await selection.exports.row(three).getByRole("cell").nth(1).dblclick();
    expect(await page.evaluate(() => String(getSelection()))).not.toBe("");
    expect(await selection.chosen(names)).toEqual([one]);
  });

  test("a box that is ticked before the script runs stays ticked", async ({ page }) => {
    const selection = new ExportSelection(page, words);
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route("**/*.wasm", async (route) => {
      await held;
      await route.continue();
    });
    await selection.exports.goto(`?q=${group}`);
    await selection.box(two).check();
    release();
    await selection.exports.hydrated();
    await expect.poll(() => selection.chosen(names)).toEqual([two]);
    await expect(selection.head).toBeChecked({ indeterminate: true });
  });

  test.describe("on a phone of 320 px", () => {
    test.use({ viewport: { width: 320, height: 640 }, hasTouch: true });

    test("rows are chosen by touch, and a command on them is given by touch", async ({ page }) => {
      const selection = await open(page);
      await selection.box(two).tap();
      await expect.poll(() => selection.chosen(names)).toEqual([two]);
      const remove = selection.exports.command(command(words.remove));
      await expect(remove).toBeHidden();
      await selection.exports.more.tap();
      await remove.tap();
      const question = page.getByRole("alertdialog", { name: words.removeQuestion(two) });
      await question.getByRole("link", { name: words.keepIt }).tap();
      await expect(question).toBeHidden();
      await expect(selection.exports.row(two)).toBeVisible();
      expect(await selection.chosen(names)).toEqual([two]);
    });
  });
});
