// One queue of npm at work on jobs that do nothing, in an empty database:
//
//   node peers.mjs SYSTEM SETTING SOCKET DATABASE JOBS
//
// SYSTEM is pg-boss or graphile-worker, SETTING one of `settings` below, SOCKET the folder of PostgreSQL's socket. The
// packages are found below WAYBILL_BENCH_QUEUE, which `.ci/setup bench` fills. Prints one line of JSON.

import { createRequire } from "node:module";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const require = createRequire(path.join(process.env.WAYBILL_BENCH_QUEUE ?? import.meta.dirname, "package.json"));
const { Pool } = require("pg");

const settings = {
  "pg-boss": {
    // work() as it comes: one job every two seconds.
    default: { work: {} },
    // As many jobs at a time, and as often, as work() may be told to.
    batches: { work: { batchSize: 1000, pollingIntervalSeconds: 0.5 } },
    // fetch() and complete() without pauses: each job is claimed and ended by itself, as a run of ours is.
    single: { loops: 8, batchSize: 1 },
    // The same with batches: the most that it can do.
    most: { loops: 4, batchSize: 500 },
  },
  "graphile-worker": {
    // run() as it comes: one job at a time.
    default: { concurrentJobs: 1 },
    // As its own performance test has it, and looking more often for jobs that have come due.
    most: { concurrentJobs: 24, maxPoolSize: 25, pollInterval: 100 },
  },
};

const ASKERS = 8;
const AT_ONCE = 1000;
/** How long before the jobs of the last part are due they are asked for. */
const AHEAD = 5_000;
const QUEUE = "nothing";

const [system, setting, host, database, count] = process.argv.slice(2);
const jobs = Number(count);
const chosen = settings[system]?.[setting];
if (!chosen || !(jobs > 0)) throw new Error("usage: peers.mjs SYSTEM SETTING SOCKET DATABASE JOBS");
/** Milliseconds. Whoever is not done by then is told by what it did until then. */
const patience = setting === "default" ? 20_000 : 120_000;
const wire = { host, database, user: "postgres" };

/** When each job was begun, and what waits for the last of them. */
const begun = [];
function begin(number) {
  const now = Date.now();
  for (let job = 0; job < number; job += 1) begun.push(now);
}

async function pgBoss() {
  const PgBoss = require("pg-boss");
  const boss = new PgBoss({ ...wire, supervise: false, schedule: false });
  boss.on("error", (error) => console.error(error));
  await boss.start();
  await boss.createQueue(QUEUE);
  let loops = [];
  let stopped = false;
  const loop = async () => {
    while (!stopped) {
      const found = await boss.fetch(QUEUE, { batchSize: chosen.batchSize });
      if (found.length === 0) {
        await pause(20);
        continue;
      }
      begin(found.length);
      await boss.complete(QUEUE, found.map((job) => job.id));
    }
  };
  return {
    ask: () => boss.send(QUEUE, {}),
    askForMany: (number, due) => {
      const startAfter = new Date(due);
      return boss.insert(Array.from({ length: number }, () => ({ name: QUEUE, data: {}, startAfter })));
    },
    work: async () => {
      if (chosen.loops) loops = Array.from({ length: chosen.loops }, loop);
      else await boss.work(QUEUE, chosen.work, async (found) => begin(found.length));
    },
    rest: async () => {
      stopped = true;
      await Promise.all(loops);
      stopped = false;
      if (chosen.loops) return;
      await boss.offWork(QUEUE);
      // work() ends its jobs without waiting for that.
      while (begun.length === jobs && (await boss.getQueueSize(QUEUE, { before: "completed" })) > 0) await pause(5);
    },
    end: () => boss.stop({ graceful: false, wait: true }),
  };
}

async function graphileWorker() {
  const { Logger, makeWorkerUtils, run } = require("graphile-worker");
  const { concurrentJobs, maxPoolSize = 10, pollInterval } = chosen;
  const pgPool = new Pool({ ...wire, max: maxPoolSize });
  const logger = new Logger(() => () => {});
  const utils = await makeWorkerUtils({ pgPool, logger });
  await utils.migrate();
  let runner;
  return {
    ask: () => utils.addJob(QUEUE, {}),
    askForMany: (number, due) =>
      pgPool.query(
        `SELECT 1 FROM graphile_worker.add_jobs(ARRAY(
           SELECT ROW($1, '{}', NULL, $2::timestamptz, NULL, NULL, NULL, NULL)::graphile_worker.job_spec
           FROM generate_series(1, $3::int)))`,
        [QUEUE, new Date(due), number],
      ),
    work: async () => {
      const taskList = { [QUEUE]: async () => begin(1) };
      const options = { concurrency: concurrentJobs, noHandleSignals: true, ...(pollInterval && { pollInterval }) };
      runner = await run({ pgPool, logger, taskList, ...options });
    },
    rest: () => runner.stop(),
    end: async () => {
      await utils.release();
      await pgPool.end();
    },
  };
}

/** Waits until all jobs were begun, or nobody is patient any more. */
async function all(until) {
  while (begun.length < jobs && performance.now() < until) await pause(5);
}

const perSecond = (number, milliseconds) => Math.round((number / milliseconds) * 10_000) / 10;
const percentile = (values, share) => values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1];

const queue = await (system === "pg-boss" ? pgBoss() : graphileWorker());
const figures = { system, setting, ...chosen, database: "postgres", jobs };

let from = performance.now();
let asked = 0;
const asker = async () => {
  while (asked < jobs) {
    asked += 1;
    await queue.ask();
  }
};
await Promise.all(Array.from({ length: ASKERS }, asker));
figures.asked_per_second = perSecond(jobs, performance.now() - from);

from = performance.now();
await queue.work();
await all(from + patience);
await queue.rest();
figures.done_per_second = perSecond(begun.length, performance.now() - from);

// Who does not keep up has jobs left, and would be measured with those.
if (begun.length === jobs) {
  begun.length = 0;
  const due = Date.now() + AHEAD;
  from = performance.now();
  for (let left = jobs; left > 0; left -= AT_ONCE) await queue.askForMany(Math.min(left, AT_ONCE), due);
  figures.planned_per_second = perSecond(jobs, performance.now() - from);
  if (Date.now() > due) throw new Error("the jobs were due before they had all been asked for");
  await queue.work();
  await all(performance.now() + AHEAD + patience);
  await queue.rest();
  if (begun.length < jobs) throw new Error(`${jobs - begun.length} of ${jobs} jobs were not begun`);
  const late = begun.map((instant) => instant - due);
  figures.late_p50_ms = percentile(late, 0.5);
  figures.late_p99_ms = percentile(late, 0.99);
}
await queue.end();
console.log(JSON.stringify(figures));
