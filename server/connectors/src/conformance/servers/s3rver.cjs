// s3rver on a free port with a bucket `deliveries`, in the folder given, for the tests of `s3`: unlike moto it knows no
// conditional writes. Ends with whoever started it.

const { rmSync } = require("node:fs");

const S3rver = require("s3rver");

const folder = process.argv[2];
const end = () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
};
process.stdin.on("end", end).resume();

new S3rver({
  address: "127.0.0.1",
  port: 0,
  silent: true,
  directory: folder,
  configureBuckets: [{ name: "deliveries", configs: [] }],
})
  .run()
  .then(({ port }) => console.log(`listening on ${port}`))
  .catch((error) => {
    console.error(error);
    process.exit(1);
  });
