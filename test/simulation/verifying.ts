import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../lib/base/random.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { journalPathOf } from '../../lib/cli/verify/journal-path.js';
import { queueFound } from '../../lib/cli/verify/repair.js';
import { jobChats } from '../../lib/clone/job-chats.js';
import { readCopies } from '../../lib/ledger/copies.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import { FAIR_WEATHER } from '../../lib/sandbox/weather/options.js';
import { SANDBOX_APP } from '../../lib/sandbox/world/world.js';
import { parseChatRef } from '../../lib/telegram/chat-ref.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import { connectTelegram } from '../../lib/telegram/connect.js';
import { runVerify, type VerifyReport } from '../../lib/verify/verify.js';
import { LifeClock } from '../support/jumping-clock.js';
import { type JobScene, targetWord } from './content.js';
import type { Setting } from './setting.js';

export interface Verified {
  readonly report: VerifyReport;
  /** How many messages were queued for the next run. */
  readonly queued: number;
}

/** The same steps as `telepi verify --hashes --repair`, undisturbed. Undefined if no process has begun a job. */
export async function verifyAndQueue(setting: Setting, job: JobScene): Promise<Verified | undefined> {
  const { plan, sandbox, scene, session, directories, log } = setting;
  const dataDir = directories.current;
  if (!existsSync(join(dataDir, 'ledger.db'))) return undefined;
  const { signal } = new AbortController();
  const clock = new LifeClock(setting.course, setting.wallOffMs);
  setting.clock = clock;
  const random = seededRandom(`${plan.seed}/verify/${setting.course.monotonic()}`);
  sandbox.weather.change({ ...FAIR_WEATHER, ...plan.nature });
  const { server } = sandbox;
  const shared = { log, clock, random, signal };
  const client = await connectTelegram({ ...SANDBOX_APP, session, server, testDc: false, ...shared });
  try {
    const { sourceTopic, targetTopic } = job;
    const source = await resolveChat(client, parseChatRef(String(job.source.id)), signal);
    const target = await resolveChat(client, parseChatRef(targetWord(scene)), signal);
    const self = scene.me.id;
    const pair = { ...jobChats({ source, target, sourceTopic, targetTopic }), dataDir };
    const options = { ...pair, owner: DATABASE_OWNER, accountId: self, clock };
    const copies = await readCopies(options);
    if (!copies) return undefined;
    const report = await runVerify({
      client,
      source: { chat: source, topic: sourceTopic },
      target: { chat: target, topic: targetTopic },
      self,
      copies,
      sample: { kind: 'all' },
      newSeed: () => plan.seed,
      journalPath: journalPathOf(pair),
      budget: new ByteBudget(plan.bufferParts * 524_288),
      clock,
      log,
      onEvent: () => {},
      signal,
    });
    return { report, queued: await queueFound({ ...options, random }, copies, report) };
  } finally {
    await client.close();
  }
}
