import { Furniture } from "../fixtures/furniture.ts";
import { expect, test } from "../fixtures/test.ts";
import { command, words as ofLanguage } from "../fixtures/words.ts";
import { ExportPane } from "../pages/export-pane.ts";
import { ExportsPage } from "../pages/exports.ts";
import { LeaveQuestion } from "../pages/leave-question.ts";

const words = ofLanguage.en;

test("behind an open pane the page does not scroll, and is where it was afterwards", async ({ page, server, signIn }) => {
  const furniture = await Furniture.of(server);
  await furniture.exports(Array.from({ length: 12 }, (_, number) => `Scrolled past ${number}`));
  // Low enough for the page itself to scroll, not its table alone.
  await page.setViewportSize({ width: 1000, height: 400 });
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto();
  await exports.hydrated();
  await exports.link("Scrolled past 9").scrollIntoViewIfNeeded();
  await page.mouse.wheel(0, 120);
  const top = () => page.evaluate(() => document.documentElement.scrollTop);
  await expect.poll(top).toBeGreaterThan(0);
  const before = await top();
  await exports.link("Scrolled past 9").click();
  const pane = await new ExportPane(page, words.editExport).opened();
  await page.mouse.move(900, 200);
  for (let turns = 0; turns < 20; turns += 1) await page.mouse.wheel(0, 400);
  expect(await top()).toBe(before);
  await pane.close.click();
  await expect(pane.dialog).toBeHidden();
  expect(await top()).toBe(before);
  await expect(exports.link("Scrolled past 9")).toBeFocused();
});

test("Back from what a row opened leads to the row: the focus is on it, the page where it was", async ({
  page,
  server,
  signIn,
}) => {
  const furniture = await Furniture.of(server);
  await furniture.exports(Array.from({ length: 12 }, (_, number) => `Come back to ${number}`));
  await page.setViewportSize({ width: 1000, height: 400 });
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto("?q=Come");
  await exports.hydrated();
  const link = exports.link("Come back to 8");
  await link.scrollIntoViewIfNeeded();
  const places = () => page.evaluate(() => [scrollY, document.querySelector(".table-frame")!.scrollTop]);
  const before = await places();
  await link.click();
  const pane = await new ExportPane(page, words.editExport).opened();
  await page.goBack();
  await expect(pane.dialog).toBeHidden();
  await expect(page).toHaveURL(/\?q=Come$/);
  await expect(link).toBeFocused();
  expect(await places()).toEqual(before);
  await page.goForward();
  await pane.opened();
});

test("a pane that is opened again knows nothing of what was typed before", async ({ page, server, signIn }) => {
  const furniture = await Furniture.of(server);
  const [one, other] = ["Typed into", "Opened next"];
  await furniture.exports([one, other]);
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto("?limit=200");
  await exports.hydrated();
  await exports.command(command(words.addExport)).click();
  const setUp = await new ExportPane(page, words.setUpExport).opened();
  await setUp.table("orders").check();
  await page.keyboard.press("Escape");
  await new LeaveQuestion(page).leave.click();
  await expect(setUp.dialog).toBeHidden();

  await exports.link(one).click();
  const pane = await new ExportPane(page, words.editExport).opened();
  await expect(pane.name).toHaveValue(one);
  await pane.close.click();
  await exports.link(other).click();
  await pane.opened();
  await expect(pane.name).toHaveValue(other);
  await pane.close.click();
  await exports.command(command(words.addExport)).click();
  await setUp.opened();
  await expect(setUp.name).toHaveValue("");
  await expect(setUp.table("orders")).not.toBeChecked();
});

for (const width of [1280, 390]) {
  for (const role of ["admin", "viewer"] as const) {
    test(`a command bar is one stop of the Tab key, and gives the focus back to the command that had it: ${role}, ${width} px`, async ({
      page,
      signIn,
    }) => {
      await page.setViewportSize({ width, height: 844 });
      const exports = new ExportsPage(page);
      await signIn(role);
      await exports.goto();
      await exports.hydrated();
      const commands = exports.commands.locator(".btn:visible");
      await expect(exports.commands.locator(".btn[tabindex='0']")).toHaveCount(1);
      await exports.heading.focus();
      await page.keyboard.press("Tab");
      await expect(commands.first()).toBeFocused();
      // What cannot be used is told of, not passed over.
      if (role === "viewer") await expect(commands.first()).toHaveAttribute("aria-disabled", "true");
      await page.keyboard.press("Tab");
      await expect(exports.commands.locator(":focus")).toHaveCount(0);
      await page.keyboard.press("Shift+Tab");
      await expect(commands.first()).toBeFocused();

      await page.keyboard.press("End");
      await expect(commands.last()).toBeFocused();
      await page.keyboard.press("Home");
      await expect(commands.first()).toBeFocused();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowLeft");
      const reached = commands.nth(2);
      await expect(reached).toBeFocused();
      await page.keyboard.press("Tab");
      await expect(exports.commands.locator(":focus")).toHaveCount(0);
      await page.keyboard.press("Shift+Tab");
      await expect(reached).toBeFocused();
      await exports.heading.focus();
      await page.keyboard.press("Tab");
      await expect(reached).toBeFocused();
      await expect(exports.commands.locator(".btn[tabindex='0']")).toHaveCount(1);
    });
  }
}

test("a pane takes the focus when it opens, and gives it back to what opened it, else to the title of the page", async ({
  page,
  signIn,
}) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto();
  await exports.hydrated();
  const inside = page.locator("dialog[open] :focus");
  const [link, add] = [exports.link("Orders archive"), exports.command(command(words.addExport))];
  for (const [opener, open] of [
    [link, () => link.click()],
    [link, () => link.press("Enter")],
    [add, () => add.click()],
    [add, () => add.press("Enter")],
    [exports.heading, () => exports.goto("?pane=new")],
  ] as const) {
    await open();
    await expect(exports.pane()).toBeVisible();
    await expect(inside).toHaveCount(1);
    await page.keyboard.press("Escape");
    await expect(exports.pane()).toBeHidden();
    await expect(opener).toBeFocused();
  }
});

test("a passing message is one line of a region that is there from the start, waits while it is pointed at, and leaves on Esc", async ({
  page,
  signIn,
}) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto();
  await exports.hydrated();
  const region = page.locator(".toasts [role=status]");
  await expect(region).toHaveCount(1);
  await page.clock.install();
  await exports.goto("?pane=new");
  await exports.hydrated();
  const pane = await new ExportPane(page, words.setUpExport).opened();
  await pane.chooseConnection("Demo folder");
  await pane.table("customers").check();
  await pane.name.fill("Said in passing");
  await pane.save.click();
  // Until then the message stands in the pane.
  await expect(pane.dialog).toBeHidden();
  const message = page.locator(".toast");
  await page.clock.runFor(500);
  await expect(message).toContainText("Said in passing");
  await message.hover();
  await page.clock.runFor(60_000);
  await expect(message).toBeVisible();
  await message.getByRole("button", { name: words.close }).focus();
  await page.keyboard.press("Escape");
  await expect(message).toHaveCount(0);
});

test("commands that ask for more say so with an ellipsis, in the bar and in the menu of a row, and Run does not", async ({
  page,
  signIn,
}) => {
  const exports = new ExportsPage(page);
  await signIn("admin");
  await exports.goto();
  await exports.hydrated();
  await exports.select("Orders archive");
  const asking = [words.edit, words.createDuplicate, words.scheduleCommand, words.detach, words.remove];
  for (const name of asking) await expect(exports.command(command(name))).toHaveText(new RegExp(`^\\s*${name}…`));
  await expect(exports.command(command(words.run))).not.toHaveText(/…/);
  await exports.row("Orders archive").getByRole("link", { name: words.commandsFor("Orders archive") }).click();
  for (const name of asking) {
    await expect(page.getByRole("menuitem").filter({ hasText: new RegExp(`^\\s*${name}…`) })).toHaveCount(1);
  }
});
