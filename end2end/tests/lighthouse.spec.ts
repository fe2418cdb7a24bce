import { expect, type FormFactor, test } from "../fixtures/lighthouse.ts";
import { about } from "../fixtures/places.ts";

/** As `design/ui.md` has them: whole. */
const whole = { accessibility: 100, "best-practices": 100 };

for (const formFactor of ["mobile", "desktop"] as const satisfies FormFactor[]) {
  test.describe(`accessibility and best practices are whole to Lighthouse (${formFactor})`, () => {
    test("signing in", async ({ context, light, server }) => {
      const { failed, scores } = await light.look(`${server.address}/`, context, formFactor);
      expect(failed).toEqual([]);
      expect(scores).toEqual(whole);
    });

    test("the list of exports and the details of a run", async ({ context, light, page, server, signIn }) => {
      await signIn("admin");
      const { run } = await about(server, page);
      for (const path of ["/data/exports", `/data/runs?pane=run/${run}`]) {
        const { at, failed, scores } = await light.look(server.address + path, context, formFactor);
        expect(at, "what it looked at").toBe(server.address + path);
        expect(failed, path).toEqual([]);
        expect(scores, path).toEqual(whole);
      }
    });
  });
}
