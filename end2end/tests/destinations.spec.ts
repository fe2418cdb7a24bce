import { createHash } from "node:crypto";

import { expectAccessible } from "../fixtures/axe.ts";
import { Furniture } from "../fixtures/furniture.ts";
import { inEachLanguage } from "../fixtures/matrix.ts";
import { Rest } from "../fixtures/rest.ts";
import { AzureStore, expect, S3Store, SftpStore, test } from "../fixtures/stores.ts";
import { signature, WebhookSink } from "../fixtures/webhook-sink.ts";
import { type ConnectionPane, ConnectionsPage } from "../pages/connections.ts";
import { ExportPane } from "../pages/export-pane.ts";
import { ExportsPage } from "../pages/exports.ts";
import { LeaveQuestion } from "../pages/leave-question.ts";
import { RunPane } from "../pages/run-pane.ts";
import { RunsPage } from "../pages/runs.ts";

const azure = {
  azure_blob: "Azure Blob Storage",
  adls_gen2: "Azure Data Lake Storage Gen2",
};

/** What a form and the page under it must never hold again once it is saved. */
async function expectKept(connections: ConnectionsPage, name: string, secret: string): Promise<ConnectionPane> {
  await connections.page.reload();
  await connections.hydrated();
  const pane = await connections.edit(name);
  await expect(pane.dialog).toContainText("never shown");
  expect(await connections.page.content()).not.toContain(secret);
  return pane;
}

test("a tile for each type leads to its form", async ({ page, signIn }) => {
  const connections = new ConnectionsPage(page);
  await signIn("admin");
  await connections.goto();
  await connections.hydrated();
  await connections.tabs.getByRole("link", { name: "Discover" }).click();
  await expect(page).toHaveURL(/\?tab=discover$/);
  await expect(page).toHaveTitle(/Discover/);
  await expect(connections.tile("Local folder")).toContainText("the whole delivery or none of it");
  await expectAccessible(page);
  await expect(connections.tile("Webhook")).toContainText("rows as they arrive");
  for (const name of ["SFTP", "Amazon S3 or compatible", ...Object.values(azure), "Webhook"]) {
    await connections.tile(name).getByRole("link", { name: `Set up ${name}` }).click();
    const dialog = page.getByRole("dialog", { name: "Set up connection" });
    await expect(dialog.getByRole("combobox", { name: "Type" }).locator("option:checked")).toHaveText(name);
    await expect(dialog, "what is agreed to names the destination").toContainText(`With this connection (${name})`);
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
  }
});

test("what is missing is said at its field, and a test asks for less than saving", async ({ page, signIn }) => {
  const connections = new ConnectionsPage(page);
  await signIn("admin");
  const pane = await connections.setUp("sftp");
  await pane.test.click();
  await expect(pane.problems).toContainText("5 fields need your attention");
  await expect(pane.config("host")).toBeFocused();
  await pane.radio("Private key").check();
  await expect(pane.secret("password")).toHaveCount(0);
  await pane.save.click();
  await expect(pane.problems).toContainText("7 fields need your attention");
  await expect(pane.name).toBeFocused();
  await expect(pane.secret("private_key")).toHaveAttribute("aria-invalid", "true");
});

test("an address that is not allowed is refused with the option that allows it", async ({ page, signIn }) => {
  const connections = new ConnectionsPage(page);
  await signIn("admin");
  const pane = await connections.setUp("sftp");
  const host = { host: "10.1.2.3", username: "me", folder: "/", host_key: `SHA256:${"A".repeat(43)}` };
  await pane.fill(host, { password: "x" });
  const steps = await pane.tested();
  expect(steps.at(-1)).toBe("Network address: Failed");
  await expect(pane.result.getByLabel("Option that allows the address")).toHaveValue("--allow-address 10.1.2.3");
});

test("SFTP: a wrong host key and a wrong key are told apart, and the right ones deliver", async ({ page, signIn }) => {
  const store = await SftpStore.start();
  try {
    const connections = new ConnectionsPage(page);
    await signIn("admin");
    const pane = await connections.setUp("sftp");
    await pane.name.fill("Partner files");
    await pane.radio("Private key").check();
    const host = { host: "127.0.0.1", port: `${store.port}`, username: store.user, folder: store.deliveries };
    await pane.fill({ ...host, host_key: `SHA256:${"A".repeat(43)}` }, { private_key: store.keys.unknown });
    expect((await pane.tested()).at(-1)).toBe("Host key: Failed");
    await pane.result.getByRole("button", { name: "Use this host key" }).click();
    await expect(pane.config("host_key")).toHaveValue(store.fingerprint);
    await expect(pane.config("host_key")).toBeFocused();

    expect((await pane.tested()).at(-1)).toBe("Sign-in: Failed");
    await expect(pane.result).toContainText("refuses the credentials");
    await pane.secret("private_key").fill(store.keys.known);
    const steps = await pane.tested();
    expect(steps.at(-1)).toBe("Write: Done");
    expect(steps.filter((step) => step.endsWith("Failed"))).toEqual([]);
    await expect(pane.result).toContainText("Partner files works");
    await expectAccessible(page);
    await pane.agree.check();
    await pane.saved();
    await expect(connections.row("Partner files")).toContainText("Not tested yet");
    await connections.fromMenu("Partner files", "Test");
    await expect(connections.result("Partner files works")).toBeVisible({ timeout: 30_000 });
    await expect(connections.row("Partner files")).toContainText("Works");

    const again = await expectKept(connections, "Partner files", store.keys.known.split("\n")[1]!);
    await expect(again.secret("private_key")).toHaveValue("");
    expect((await again.tested()).at(-1), "with the key that is stored").toBe("Write: Done");
  } finally {
    await store.stop();
  }
});

test("S3: a wrong secret names the step, and one that is set is kept until it is replaced", async ({ page, signIn }) => {
  const store = await S3Store.start();
  try {
    const connections = new ConnectionsPage(page);
    await signIn("admin");
    const pane = await connections.setUp("s3");
    await pane.name.fill("Archive");
    await pane.fill(
      { bucket: store.bucket, endpoint: store.endpoint },
      // It looks at the key alone, not at what is signed with it.
      { access_key_id: "NOBODY", secret_access_key: store.keys.secret_access_key },
    );
    await pane.more();
    // This store cannot create a file only where there is none.
    await pane.config("conditional_writes").selectOption("off");
    expect((await pane.tested()).at(-1)).toBe("Sign-in: Failed");
    await pane.secret("access_key_id").fill(store.keys.access_key_id);
    expect((await pane.tested()).at(-1)).toBe("Write: Done");
    await pane.agree.check();
    await pane.saved();

    const again = await expectKept(connections, "Archive", `value="${store.keys.secret_access_key}"`);
    await expect(again.config("conditional_writes"), "what few need is in sight once it is set").toBeVisible();
    await again.name.fill("Archive of orders");
    await again.saved();
    await connections.fromMenu("Archive of orders", "Test");
    await expect(connections.result("Archive of orders works")).toBeVisible({ timeout: 30_000 });

    const broken = await connections.edit("Archive of orders");
    await broken.secret("access_key_id").fill("NOBODYAGAIN");
    expect((await broken.tested()).at(-1), "what is typed counts, not what is stored").toBe("Sign-in: Failed");
    await page.keyboard.press("Escape");
    await new LeaveQuestion(page).leave.click();
    await expect(broken.dialog).toBeHidden();
    await expect(connections.row("Archive of orders")).toContainText("Works");
  } finally {
    await store.stop();
  }
});

for (const [type, name] of Object.entries(azure)) {
  test(`${name}: a wrong key names the step, and the right one delivers`, async ({ page, signIn }) => {
    const store = await AzureStore.start();
    try {
      const connections = new ConnectionsPage(page);
      await signIn("admin");
      const pane = await connections.setUp(type);
      await pane.name.fill(`Lake ${type}`);
      await pane.fill({ account: store.account, container: store.container }, {});
      if (!(await pane.config("endpoint").isVisible())) await pane.more();
      await pane.config("endpoint").fill(store.endpoint);
      await pane.radio("Account key").check();
      await pane.secret("account_key").fill(Buffer.from("wrong").toString("base64"));
      expect((await pane.tested()).at(-1)).toBe("Sign-in: Failed");
      await pane.secret("account_key").fill(store.key);
      expect((await pane.tested()).at(-1)).toBe("Write: Done");
      await pane.agree.check();
      await pane.saved();
      await expectKept(connections, `Lake ${type}`, store.key);
    } finally {
      await store.stop();
    }
  });
}

test("webhook: a refusal names the step, and rows go in signed messages that the waybill adds up", async ({
  page,
  signIn,
}) => {
  const secret = "0123456789abcdef0123456789abcdef";
  const sink = await WebhookSink.start();
  try {
    const connections = new ConnectionsPage(page);
    await signIn("admin");
    const pane = await connections.setUp("webhook");
    await pane.name.fill("Order hook");
    const typed = `whsec_${Buffer.from(secret).toString("base64")}`;
    await pane.fill({ url: `${sink.address}/refuse` }, { signing_secret: typed });
    expect((await pane.tested()).at(-1)).toBe("Sign-in: Failed");
    await pane.config("url").fill(`${sink.address}/moved`);
    expect((await pane.tested()).at(-1)).toBe("Write: Failed");
    await expect(pane.result).toContainText("leads to another one");
    expect(sink.to("/elsewhere")).toEqual([]);
    await pane.config("url").fill(`${sink.address}/in?token=1`);
    expect((await pane.tested()).at(-1)).toBe("Write: Done");
    await expectAccessible(page);
    await pane.agree.check();
    await pane.saved();
    await expectKept(connections, "Order hook", typed);

    const exports = new ExportsPage(page);
    await page.goto("/data/exports?pane=new");
    await exports.hydrated();
    const form = await new ExportPane(page, "Set up export").opened();
    await form.chooseConnection("Demo folder");
    await expect(form.format).toBeVisible();
    await form.chooseConnection("Order hook");
    await expect(form.dialog).toContainText("This connection takes rows, not files");
    await expect(form.format).toBeHidden();
    await form.table("customers").check();
    await form.name.fill("Customers by hook");
    await expect(form.dialog.locator(".preview-text")).toContainText('{"');
    await expectAccessible(page);
    await form.saveAndRun.click();
    const run = await new RunPane(page).opened();
    await run.ends("Successful");
    expect(await run.count("customers", "Written")).toBe(50_000);

    const messages = sink.to("/in?token=1").filter(({ headers }) => !`${headers["webhook-id"]}`.startsWith("msg_test_"));
    const bodies = messages.map(({ body }) => JSON.parse(body) as { type: string; data: { rows?: unknown[] } });
    const kinds = bodies.map(({ type }) => type);
    expect([kinds[0], kinds.at(-1)]).toEqual(["delivery.start", "delivery.end"]);
    expect(new Set(kinds.slice(1, -1))).toEqual(new Set(["delivery.rows"]));
    expect(bodies.reduce((sum, { data }) => sum + (data.rows?.length ?? 0), 0)).toBe(50_000);
    for (const message of messages) expect(message.headers["webhook-signature"]).toBe(signature(secret, message));
    const sent = createHash("sha256");
    for (const { body } of messages.slice(1, -1)) sent.update(body);
    await expect(run.file(sent.digest("hex")), "what was sent is on the waybill").toHaveCount(1);
  } finally {
    await sink.stop();
  }
});

test("a test of a destination that does not answer can be stopped, and then be done again", async ({ page, signIn }) => {
  const sink = await WebhookSink.start();
  try {
    const connections = new ConnectionsPage(page);
    await signIn("admin");
    const pane = await connections.setUp("webhook");
    await pane.name.fill("Silent hook");
    const signing_secret = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
    await pane.fill({ url: `${sink.address}/silent` }, { signing_secret });
    await pane.test.click();
    await expect.poll(() => sink.to("/silent").length).toBeGreaterThan(0);
    await expect(pane.test).toHaveAttribute("aria-busy", "true");
    const stop = pane.dialog.getByRole("button", { name: "Stop the test" });
    await stop.click();
    await expect(pane.test).not.toHaveAttribute("aria-busy", "true");
    await expect(stop).toBeHidden();
    await expect(pane.result).toBeHidden();
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).not.toBe("BODY");
    await pane.config("url").fill(`${sink.address}/in`);
    expect((await pane.tested()).at(-1)).toBe("Write: Done");
  } finally {
    await sink.stop();
  }
});

inEachLanguage(({ words }) => {
  test("what is tried again says when, by the reader's clock, and which attempt: in both lists and the pane", async ({
    page,
    server,
    signIn,
  }) => {
    const sink = await WebhookSink.start();
    try {
      const name = `Busy hook, ${words.language}`;
      const rest = await Rest.asAdministrator(server);
      const signing_secret = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
      const config = { url: `${sink.address}/busy` };
      await rest.ask("POST", "connections", { name, type: "webhook", config, secrets: { signing_secret }, consent: true });
      const furniture = await Furniture.of(server);
      await furniture.start(await furniture.export(name, { connection: name, options: { format: "jsonl" } }));

      const exports = new ExportsPage(page);
      await signIn("viewer");
      await exports.goto(`?q=${encodeURIComponent(name)}`);
      await exports.hydrated();
      await expect(exports.status(name)).toHaveText(words.retrying);
      await exports.status(name).getByRole("link").click();
      const pane = await new RunPane(page).opened();
      await expect(pane.dialog.locator(".badge").first()).toHaveText(words.retrying);
      const runs = new RunsPage(page, words);
      await runs.goto();
      await runs.hydrated();
      await expect(runs.of(name).locator(".badge")).toHaveText(words.retrying);
    } finally {
      await sink.stop();
    }
  });
});
