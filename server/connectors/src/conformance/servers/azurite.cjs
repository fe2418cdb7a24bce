// Azurite's blobs on a free port, in a folder that goes with it, for the tests of `azure`. Ends with whoever started it.

const { rmSync } = require("node:fs");

const [folder] = process.argv.splice(2, 1);
const end = () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
};
process.stdin.on("end", end).resume();
process.argv.push(
  ...["--blobHost", "127.0.0.1", "--blobPort", "0", "--location", folder],
  ...["--skipApiVersionCheck", "--disableTelemetry", "--silent"],
);
require("azurite/dist/src/blob/main.js");
