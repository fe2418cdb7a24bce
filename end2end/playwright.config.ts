import { defineConfig } from "@playwright/test";

/** Flags without which a browser in a closed network keeps looking for its maker's hosts. */
const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results/artifacts",
  fullyParallel: false,
  // Two cores: one browser and one server each.
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["junit", { outputFile: "test-results/junit.xml" }]],
  use: {
    locale: "en-GB",
    timezoneId: "Europe/Paris",
    viewport: { width: 1280, height: 800 },
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    screenshot: "only-on-failure",
    // Recording takes a good part of two cores: for whoever looks into a failure.
    trace: process.env.WAYBILL_TRACE ? "retain-on-failure" : "off",
    launchOptions: {
      executablePath: process.env.WAYBILL_BROWSER ?? "/usr/bin/chromium",
      args: quiet,
    },
  },
});
