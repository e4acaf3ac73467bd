import { join } from 'node:path';
import { ExitStatus } from '../../base/errors.js';
import { runClone } from '../../clone/clone.js';
import { type PreflightOptions, targetSteps } from '../../clone/preflight.js';
import { AnsweredMessages } from '../../erase/restore/answered-messages.js';
import { type ArchivedSource, presentOf } from '../../erase/restore/archived-source.js';
import { jobFromStart } from '../../erase/restore/job-from-start.js';
import type { Job } from '../../ledger/job.js';
import { numberingOf } from '../../ledger/job-scene.js';
import { openJob } from '../../ledger/open-job.js';
import type { Settings } from '../../settings/settings.js';
import type { Chat } from '../../telegram/chat.js';
import { GENERAL_TOPIC, listTopics } from '../../telegram/topics.js';
import { type Chosen, cloneInto } from '../clone-into.js';
import { rehearse } from '../dry-run.js';
import { ledgerPlace } from '../ledger-place.js';
import { archiveOf, type Opening, restoreJob } from './archive-of.js';
import { everything } from './chosen.js';
import { LeftOut } from './left-out.js';
import { logged } from './logged.js';
import type { Restoring } from './restoring.js';

/** Posts what is gone, by a clone whose source is the archive. Returns the exit status. */
export async function restoreInto(restoring: Restoring): Promise<number> {
  const { context, request, accountId, sides } = restoring;
  const { settings, texts } = request;
  const { target, limit } = sides;
  const left = new LeftOut();
  let job: Job | undefined;
  const answered = answeredMessages(restoring);
  const onPage: AnsweredMessages['expect'] = (chatId, messages) => answered?.expect(chatId, messages);
  const archived = archiveOf(restoring, left, () => job, { copiesIn: target, onPage });
  const cloneSettings = settingsFor(settings, archived.source, target);
  await refuseTarget(restoring, archived, cloneSettings);
  const place = ledgerPlace(context, settings, !request.isDryRun);
  const opening = restoreJob(restoring, archived, place);
  const chosen: Chosen = {
    ...{ client: archived.client, source: archived.source, target },
    selection: everything(accountId, limit),
    archived: whereItStands(restoring, answered),
  };
  if (request.isDryRun) {
    const topicMap = new Map((await ownTopics(restoring)).map((id) => [id, id]));
    const rehearsed = { ...chosen, texts, topicMap, toBeMade: undefined };
    const status = await rehearse(context, cloneSettings, rehearsed, opening);
    left.show(context.output, true);
    return left.isLacking ? ExitStatus.failed : status;
  }
  return logged(restoring, async () => {
    job = jobFromStart(await startJob(restoring, opening), numberingOf(opening).start);
    try {
      for (const id of await ownTopics(restoring)) if (!job.topicMap.has(id)) await job.saveTopic(id, id);
      const parts = { ...chosen, texts, job, events: restoring.events, onFailing: place.stopWaiting };
      const status = await cloneInto(runClone, context, cloneSettings, parts);
      return left.isLacking ? ExitStatus.failed : status;
    } finally {
      left.show(context.output, false);
      await job.close();
    }
  });
}

/** Topics go back to their own places, or are made where there are none. */
function settingsFor(settings: Settings, source: Chat, target: Chat): Settings {
  const hasTopics = source.kind === 'forum' && target.kind === 'forum';
  return { ...settings, autoCreateTopics: hasTopics && target.canManageTopics !== false };
}

async function refuseTarget(
  { context, sides: { target } }: Restoring,
  { client, source }: ArchivedSource,
  { autoCreateTopics }: Settings,
): Promise<void> {
  const { signal, log } = context;
  const options: PreflightOptions = {
    client,
    source,
    target,
    autoCreateTopics,
    allowProtected: true,
    signal,
    log,
  };
  // Messages of the archive don't come behind those being read, so they may go into their own chat.
  for (const { name, look } of targetSteps(options)) if (name !== 'pair') await look();
}

/** Whatever still stands in its own chat can be answered there; undefined for another target. */
function answeredMessages({ context, client, sides }: Restoring): AnsweredMessages | undefined {
  const { isOwn, onTelegram: asked, own, older } = sides;
  if (!isOwn) return undefined;
  return new AnsweredMessages({
    ownId: own.chatId,
    olderId: asked?.former?.id ?? older?.chatId,
    find: (chatId, ids) => presentOf({ client, asked }, chatId, ids, context.signal),
  });
}

/** What goes back into its own chat may be copied. */
function whereItStands(
  { context, sides }: Restoring,
  answered: AnsweredMessages | undefined,
): NonNullable<Chosen['archived']> {
  const allowProtected = sides.isOwn || context.flags['allow-protected'] === true;
  if (!answered) return { allowProtected, recreateTopics: true };
  return {
    // A message of a topic that is gone belongs into no other one.
    ...{ allowProtected, recreateTopics: true, failInLostTopics: true },
    isInTarget: (id) => answered.has(id),
  };
}

/** In its own chat, each topic that is there takes its own messages. */
async function ownTopics({ context, client, sides }: Restoring): Promise<readonly number[]> {
  const { target, isOwn } = sides;
  if (!isOwn || target.kind !== 'forum') return [];
  const topics = await listTopics(client, target, context.signal);
  return topics.flatMap(({ id }) => (id === GENERAL_TOPIC ? [] : [id]));
}

async function startJob({ context, sides: { chat, target } }: Restoring, opening: Opening): Promise<Job> {
  const { clock, random, log, output, redactor } = context;
  const withoutSecrets = (text: string): string => redactor.text(text);
  const job = await openJob({ ...opening, withoutSecrets, clock, random, log });
  await log.open(join(job.path, 'clone.log'));
  log.info('job_opened', { path: job.path, jobId: job.id });
  for (const { event, sentence } of job.notes) if (event !== 'older_history_left_out') output.note(sentence);
  output.line(
    `The archive of ${chat.title} (${chat.id}) → ${target.title} (${target.id}), state in ${job.path}. This account posts the messages as new ones, with new ids.`,
  );
  output.record({
    event: 'start',
    source: { id: chat.id, title: chat.title, type: chat.kind },
    target: { id: target.id, title: target.title, type: target.kind },
    folder: job.path,
  });
  return job;
}
