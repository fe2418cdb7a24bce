import { expect, test } from "../fixtures/test.ts";
import { FollowPane, GroupPane, NoticesPage } from "../pages/notices.ts";

test("a server without a mail server says so where mail could be chosen", async ({ page, signIn }) => {
  const notices = new NoticesPage(page);
  await signIn("viewer");
  await notices.goto("?tab=following&pane=follow/everything");
  const pane = await new FollowPane(page).opened();
  await expect(pane.byMail).toBeDisabled();
  await expect(pane.byMail).toHaveAccessibleDescription(/--smtp-url/);

  await signIn("admin");
  await notices.goto("?tab=groups&pane=new");
  const group = await new GroupPane(page).opened();
  await expect(group.kind("E-mail")).toBeDisabled();
  await expect(group.kind("E-mail")).toHaveAccessibleDescription(/--smtp-url/);
  await expect(group.kind("Webhook")).toBeChecked();
});

test("the bell and the list are used with the keyboard alone", async ({ page, signIn }) => {
  const notices = new NoticesPage(page);
  await signIn("viewer");
  await notices.goto("?tab=following");
  await notices.hydrated();
  await notices.bell.focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/notices$/);
  await notices.tabs.getByRole("link", { name: "What I follow" }).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/tab=following/);
  const follow = notices.command("Follow everything");
  await follow.focus();
  await page.keyboard.press("Enter");
  const pane = await new FollowPane(page).opened();
  await page.keyboard.press("Escape");
  await expect(pane.dialog).toBeHidden();
  await expect(follow).toBeFocused();
});
