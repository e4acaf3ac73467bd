import type { Clock } from '../../lib/base/clock.js';
import type { Log } from '../../lib/base/log.js';
import type { Random } from '../../lib/base/random.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { openSelection } from '../../lib/cli/selection.js';
import { readTexts } from '../../lib/cli/texts.js';
import { runClone } from '../../lib/clone/clone.js';
import { preflight } from '../../lib/clone/preflight.js';
import type { CloneSummary } from '../../lib/clone/summary.js';
import type { JobOptions } from '../../lib/ledger/job-scene.js';
import { openJob } from '../../lib/ledger/open-job.js';
import { readCriteria } from '../../lib/messages/selection/criteria.js';
import type { ByteBudget } from '../../lib/pace/byte-budget.js';
import { readSettings } from '../../lib/settings/settings.js';
import { parseChatRef } from '../../lib/telegram/chat-ref.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import type { TelepiClient } from '../../lib/telegram/client.js';
import { currentUser } from '../../lib/telegram/sign-in.js';
import type { Choice } from './choice.js';
import type { JobScene } from './content.js';
import type { Plan } from './plan.js';
import { pipeOf } from './program-inside.js';
import { environmentOf } from './ways.js';

export interface CloneJobOptions {
  readonly plan: Pick<Plan, 'slots' | 'connections' | 'minIntervalMs' | 'verifySource' | 'ways'>;
  readonly job: Omit<JobScene, 'source'> & { readonly source: { readonly id: number } };
  /** As a person would write it into TARGET_CHAT. */
  readonly target: string;
  readonly choice: Pick<Choice, 'environment' | 'appendMissed'> | undefined;
  readonly place: Pick<JobOptions, 'dataDir' | 'database' | 'host' | 'leaseTimes'>;
  readonly budget: ByteBudget;
  /** The job is this process's from now on. */
  readonly onOpen?: () => void;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/** The same steps as `telepi run`, with a client that is connected. */
export async function cloneJob(
  client: TelepiClient,
  { plan, job: scene, target: word, choice, place, budget, onOpen, ...options }: CloneJobOptions,
): Promise<CloneSummary> {
  const { log, clock, random, signal } = options;
  const shared = { log, clock, random, signal };
  const { ways, slots, connections, minIntervalMs, verifySource } = plan;
  const user = await currentUser(client, signal);
  const accountId = Number(user.id);
  const { sourceTopic, targetTopic, autoCreateTopics } = scene;
  const source = await resolveChat(client, parseChatRef(String(scene.source.id)), signal);
  const target = await resolveChat(client, parseChatRef(word), signal);
  const environment = { ...environmentOf(ways), ...choice?.environment };
  const settings = readSettings({ flags: {}, environment, workingDirectory: '/' });
  const criteria = await readCriteria(settings.selection, clock.now());
  const selection = await openSelection(client, criteria, accountId, signal);
  const { via, cards, service } = settings;
  const pair = { client, source, target, sourceTopic, targetTopic, autoCreateTopics, via };
  await preflight({ ...pair, allowProtected: false, log, signal });
  const job = await openJob({
    accountId,
    ...place,
    owner: DATABASE_OWNER,
    sourceId: source.id,
    targetId: target.id,
    sourceTopic,
    targetTopic,
    ...shared,
  });
  try {
    onOpen?.();
    return await runClone({
      ...pair,
      allowProtected: false,
      selection,
      appendMissed: choice?.appendMissed === true,
      cards,
      serviceCards: service === 'card',
      text: {
        ...(await readTexts(settings, { environment: {}, workingDirectory: '/' })).options,
        ...pipeOf(ways, random),
      },
      job,
      budget,
      slots,
      connections,
      minIntervalMs,
      verifySource,
      onEvent: () => {},
      ...shared,
    });
  } finally {
    await job.close();
  }
}
