import { FragileExport, privateWord } from "../fixtures/fragile-export.ts";
import { expect, people, secret, sender, test } from "../fixtures/notices.ts";
import { Rest } from "../fixtures/rest.ts";
import { signature, type WebhookSink } from "../fixtures/webhook-sink.ts";
import { FollowPane, GroupPane, NoticesPage } from "../pages/notices.ts";
import { RunPane } from "../pages/run-pane.ts";
import { SignInPage } from "../pages/sign-in.ts";

const tabs = ["", "?tab=following", "?tab=groups"];

/** What a webhook carries. */
type Message = {
  type: string;
  text: string;
  data: { export: { id: string; name: string }; run_id: string; link: string };
};

const messages = (sink: WebhookSink, path: string) => sink.to(path).map(({ body }) => JSON.parse(body) as Message);

test("a follower hears once that an export fails, and once that it is mended, in both languages", async ({
  page,
  server,
  signIn,
}) => {
  const takings = await FragileExport.make(server, "Takings");
  const notices = new NoticesPage(page);
  const details = page.getByRole("dialog", { name: /Export details|Détails de l’exportation/ });
  await signIn("viewer");
  await page.goto(`/data/exports?pane=view/${takings.id}`);
  await notices.hydrated();
  await details.getByRole("button", { name: "Follow", exact: true }).click();
  await expect(page.getByText("You follow Takings", { exact: true })).toBeVisible();
  await expect(details.getByRole("button", { name: "Unfollow", exact: true })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(details).toBeHidden();
  await expect(notices.bell).toHaveAccessibleName("Notices, all read");

  const failed = await takings.fails();
  await expect(notices.bell, "the open page hears of it").toHaveAccessibleName("Notices, 1 unread");
  await notices.bell.click();
  await expect(page).toHaveURL(/\/notices$/);
  await expect(notices.bell).toHaveAttribute("aria-current", "page");
  await expect(notices.rows).toHaveCount(1);
  const newest = notices.rows.first();
  await expect(newest).toContainText("Takings");
  await expect(newest).toContainText("Failing");
  await expect(newest).toContainText("“Files of Takings” could not be refreshed");
  await expect(newest).toContainText("Unread");
  await newest.getByRole("link", { name: "Takings" }).click();
  await expect(page).toHaveURL(new RegExp(`/data/exports\\?pane=run/${failed.id}$`));
  await (await new RunPane(page).opened()).ends("Skipped");

  await notices.goto();
  await notices.fromTopBar("Language", "Français");
  await expect(notices.heading).toHaveText("Notifications");
  await expect(notices.bell).toHaveAccessibleName("Notifications, 1 non lue");
  await expect(newest).toContainText("En échec");
  await expect(newest).toContainText("L’actualisation de «\u00a0Files of Takings\u00a0», dont les données sont nécessaires, a échoué");
  await expect(newest).toContainText("Non lue");

  await takings.run();
  await page.reload();
  await notices.hydrated();
  await expect(notices.rows, "failing again is no change").toHaveCount(1);

  await takings.recovers();
  await expect(notices.bell).toHaveAccessibleName("Notifications, 2 non lues");
  await expect(notices.rows, "the open list hears of it").toHaveCount(2);
  await expect(newest).toContainText("Rétablie");

  await notices.markAllRead.click();
  await expect(notices.bell).toHaveAccessibleName("Notifications, toutes lues");
  await expect(notices.table).not.toContainText("Non lue");
  await expect(notices.markAllRead).toHaveAttribute("aria-disabled", "true");

  await page.goto(`/data/exports?pane=view/${takings.id}`);
  await notices.hydrated();
  await details.getByRole("button", { name: "Ne plus suivre", exact: true }).click();
  await expect(page.getByText("Vous ne suivez plus Takings", { exact: true })).toBeVisible();
  await expect(details.getByRole("button", { name: "Suivre", exact: true })).toBeVisible();
  await takings.fails();
  await notices.goto();
  await expect(notices.rows).toHaveCount(2);
  await expect(notices.bell).toHaveAccessibleName("Notifications, toutes lues");
  await takings.mends();
});

test("limits are set and checked, and a mail tells what happened in the reader's language, without data", async ({
  page,
  server,
  outside,
  signIn,
}) => {
  const payroll = await FragileExport.make(server, "Payroll");
  const notices = new NoticesPage(page);
  const { email } = people.contributor;
  await signIn("contributor");
  await notices.goto("?tab=following");
  await notices.hydrated();
  await expect(page.getByText("You follow nothing yet")).toBeVisible();
  await notices.command("Follow everything").click();
  await expect(page).toHaveURL(/pane=follow\/everything/);
  const pane = await new FollowPane(page).opened();
  await expect(pane.dialog).toContainText(`To ${email}`);
  await pane.byMail.check();
  await pane.silent.fill("9000");
  await pane.save.click();
  await expect(pane.silent).toBeFocused();
  await expect(pane.dialog.getByRole("alert")).toContainText("from 1 to 8,760");
  await pane.silent.fill("24");
  await pane.saved();
  const everything = notices.row("Everything");
  await expect(everything).toContainText("Failures, recoveries, runs that wait for a decision");
  await expect(everything).toContainText("Nothing delivered for 24 hours");
  await expect(everything.getByRole("cell", { name: "Yes", exact: true })).toBeVisible();

  const failed = await payroll.fails();
  await expect.poll(() => outside.mail.subjectsTo(email)).toEqual(["“Payroll” is failing"]);
  const mail = outside.mail.lastTo(email);
  expect(mail.headers.from).toContain(sender);
  expect(mail.headers["auto-submitted"]).toBe("auto-generated");
  expect(mail.text).toContain("“Files of Payroll” could not be refreshed");
  expect(mail.text).toContain(`${server.address}/data/exports?pane=run/${failed.id}`);
  expect(JSON.stringify(mail)).not.toContain(privateWord);

  // Saved in French, it is in French.
  await notices.fromTopBar("Language", "Français");
  await expect(notices.heading).toHaveText("Notifications");
  await notices.hydrated();
  await notices.row("Toutes les exportations").getByRole("rowheader").getByRole("link").click();
  await pane.opened();
  await expect(pane.silent).toHaveValue("24");
  await expect(pane.byMail).toBeChecked();
  await pane.saved();
  await payroll.recovers();
  const french = "«\u00a0Payroll\u00a0» livre à nouveau";
  await expect.poll(() => outside.mail.subjectsTo(email)).toEqual(["“Payroll” is failing", french]);
  expect(outside.mail.lastTo(email).text).toContain("Tout va bien.");

  await notices.fromMenu("Toutes les exportations", "Ne plus suivre");
  await expect(page.getByText("Vous ne suivez plus toutes les exportations", { exact: true })).toBeVisible();
  await expect(page.getByText("Vous ne suivez rien pour l’instant")).toBeVisible();
});

test("a group is told by a signed webhook, and a test says what is wrong with its address", async ({
  page,
  server,
  outside,
  signIn,
}) => {
  const stock = await FragileExport.make(server, "Stock");
  const notices = new NoticesPage(page);
  const pane = new GroupPane(page);
  const move = async (address: string) => {
    await notices.row("Data team").getByRole("rowheader").getByRole("link").click();
    await pane.opened();
    await pane.address.fill(address);
    await pane.saved();
    return notices.test("Data team");
  };
  await signIn("admin");
  await notices.goto("?tab=groups");
  await notices.hydrated();
  await expect(page.getByText("No groups yet")).toBeVisible();
  await notices.command("Add group").click();
  await pane.opened();
  await pane.save.click();
  await expect(pane.problems).toContainText("2 fields need your attention");
  await expect(pane.name).toBeFocused();
  await pane.name.fill("Data team");
  await pane.kind("Webhook").check();
  await pane.address.fill(`${outside.webhook.address}/refuse`);
  await pane.saved();
  await expect(notices.row("Data team")).toContainText("Webhook");
  await expect(notices.row("Data team")).toContainText("Everything");
  await expect(notices.row("Data team")).toContainText("None yet");

  const refused = await notices.test("Data team");
  await expect(refused).toContainText("Data team is not reached");
  await expect(refused).toContainText("status 403");
  await expect(await move(`${outside.webhook.address}/moved`)).toContainText("leads to another one");
  expect(outside.webhook.to("/elsewhere")).toEqual([]);
  await expect(await move("http://10.1.2.3/hook")).toContainText("--allow-address 10.1.2.3");
  await expect(notices.row("Data team")).toContainText("http://10.1.2.3");
  await expect(notices.row("Data team")).not.toContainText("/hook");

  await notices.row("Data team").getByRole("rowheader").getByRole("link").click();
  await pane.opened();
  await expect(pane.address).toHaveValue("");
  await expect(pane.dialog).toContainText("Leads to http://10.1.2.3.");
  await pane.address.fill(`${outside.webhook.address}/hook`);
  await expect(pane.test).toHaveAttribute("title", "Save the changes first");
  await pane.saved();
  await notices.row("Data team").getByRole("rowheader").getByRole("link").click();
  await pane.opened();
  await pane.test.click();
  await expect(pane.result).toContainText("Data team is reached");
  // Saved with another name alone, it keeps its address.
  await pane.name.fill("Data people");
  await pane.saved();
  await notices.row("Data people").getByRole("rowheader").getByRole("link").click();
  await pane.opened();
  await pane.name.fill("Data team");
  await pane.saved();
  await expect(notices.row("Data team")).toBeVisible();

  const failed = await stock.fails();
  await expect
    .poll(() => messages(outside.webhook, "/hook").map(({ type }) => type))
    .toEqual(["test", "export.failing"]);
  const { data, text } = messages(outside.webhook, "/hook")[1]!;
  expect(data.export).toEqual({ id: stock.id, name: "Stock" });
  expect(data.run_id).toBe(failed.id);
  expect(data.link).toBe(`${server.address}/data/exports?pane=run/${failed.id}`);
  expect(text).toContain(data.link);
  for (const received of outside.webhook.to("/hook")) {
    expect(received.headers["webhook-signature"]).toBe(signature(secret, received));
    expect(received.body).not.toContain(privateWord);
  }
  await notices.goto("?tab=groups");
  await expect(notices.row("Data team")).toContainText("Sent");
  await stock.recovers();
  await expect
    .poll(() => messages(outside.webhook, "/hook").map(({ type }) => type))
    .toEqual(["test", "export.failing", "export.recovered"]);

  await notices.hydrated();
  await notices.fromMenu("Data team", "Remove");
  const question = page.getByRole("alertdialog", { name: "Remove Data team?" });
  await expect(question.getByRole("link", { name: "Cancel" })).toBeFocused();
  await question.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("No groups yet")).toBeVisible();
});

test("a group is told by mail of the exports that were chosen for it, and of no others", async ({
  page,
  server,
  outside,
  signIn,
}) => {
  const fleet = await FragileExport.make(server, "Fleet");
  const other = await FragileExport.make(server, "Other fleet");
  const notices = new NoticesPage(page);
  const pane = new GroupPane(page);
  await signIn("admin");
  await notices.goto("?tab=groups&pane=new");
  await notices.hydrated();
  await pane.opened();
  await pane.name.fill("On call");
  await expect(pane.kind("E-mail")).toBeChecked();
  await pane.address.fill("nobody@demo.example");
  await pane.follows("Chosen exports").check();
  await pane.save.click();
  await expect(pane.problems).toContainText("Choose one of these");
  await pane.export("Fleet").check();
  await pane.saved();
  await expect(notices.row("On call")).toContainText("1 export");

  const refused = await notices.test("On call");
  await expect(refused).toContainText("refused the message");
  await expect(refused, "in the words of the mail server").toContainText("no such mailbox");
  await notices.row("On call").getByRole("rowheader").getByRole("link").click();
  await pane.opened();
  await expect(pane.export("Fleet")).toBeChecked();
  await pane.address.fill("oncall@demo.example");
  await pane.saved();
  await expect(await notices.test("On call")).toContainText("A test was sent");
  expect(outside.mail.subjectsTo("oncall@demo.example")).toEqual(["Test of notices"]);

  await other.fails();
  await fleet.fails();
  await expect
    .poll(() => outside.mail.subjectsTo("oncall@demo.example"))
    .toEqual(["Test of notices", "“Fleet” is failing"]);
  await other.mends();
  await fleet.mends();
});

test("groups are for administrators alone", async ({ page, problems, signIn }) => {
  problems.expect(/403/);
  const notices = new NoticesPage(page);
  for (const role of ["viewer", "contributor"] as const) {
    await signIn(role);
    await notices.goto();
    await expect(notices.tabs.getByRole("link")).toHaveText(["Notices", "What I follow"]);
    await notices.goto("?tab=groups");
    await expect(page.getByText("This page is for administrators")).toBeVisible();
    await expect(notices.table).toHaveCount(0);
    await notices.goto("?pane=new");
    await expect(notices.pane()).toContainText("Only administrators can do this");
    await expect(notices.pane().getByRole("button")).toHaveCount(0);
  }
});

test.describe("in French", () => {
  test.use({ locale: "fr-FR" });

  test("the page speaks French, with its own typography", async ({ page, signIn }) => {
    const notices = new NoticesPage(page);
    await signIn("admin");
    await notices.goto();
    await expect(notices.tabs.getByRole("link")).toHaveText(["Notifications", "Mes suivis", "Groupes"]);
    for (const query of [...tabs, "?tab=following&pane=follow/everything", "?tab=groups&pane=new"]) {
      await notices.goto(query);
      const text = await page.locator("body").innerText();
      expect(text, "no straight apostrophe between letters").not.toMatch(/\p{L}'\p{L}/u);
      expect(text, "no plain space before : ; ? !").not.toMatch(/ [:;?!]/);
    }
  });
});

test.describe("on a narrow screen", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test("tabs and panes fit into 390 px", async ({ page, signIn }) => {
    const notices = new NoticesPage(page);
    await signIn("admin");
    for (const query of [...tabs, "?tab=following&pane=follow/everything", "?tab=groups&pane=new"]) {
      await notices.goto(query);
      await notices.expectNoSidewaysScroll();
    }
  });
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("the bell leads to the notices, and they to their runs", async ({ page, problems, server }) => {
    // The browser says so of a module that it may not load.
    problems.expect(/request failed: GET .*\/pkg\/.*: csp/);
    const rest = await Rest.asAdministrator(server);
    await rest.ask("PUT", "follows/everything", {});
    const archive = await FragileExport.make(server, "Archive");
    await archive.fails();
    await archive.mends();

    const notices = new NoticesPage(page);
    const signIn = new SignInPage(page);
    await signIn.goto();
    await signIn.signIn(people.admin);
    await expect(notices.bell).toHaveAccessibleName(/^Notices, \d+ unread$/);
    await notices.bell.click();
    await expect(notices.rows.first()).toContainText("Archive");
    await expect(notices.markAllRead).toHaveAttribute("aria-disabled", "true");
    await notices.tabs.getByRole("link", { name: "What I follow" }).click();
    await expect(notices.row("Everything")).toBeVisible();
    await notices.tabs.getByRole("link", { name: "Notices" }).click();
    await notices.rows.first().getByRole("link", { name: "Archive" }).click();
    await (await new RunPane(page).opened()).ends("Skipped");
  });
});
