import config from "./playwright.config.ts";

/** Pictures of every page and pane, to be looked at: `npx playwright test --config screenshots.config.ts`. */
export default { ...config, testDir: "screenshots", reporter: "list", timeout: 300_000 };
