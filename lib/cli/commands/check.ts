import { ExitStatus } from '../../base/errors.js';
import { shownId } from '../../base/source-ids.js';
import { isS3Address } from '../../blobs/s3/place.js';
import { type PreflightStep, sourceSteps, targetSteps } from '../../clone/preflight.js';
import { examineJob } from '../../ledger/examine-job.js';
import { LEDGER_LOST } from '../../ledger/identify.js';
import { readCriteria } from '../../messages/selection/criteria.js';
import type { Selection } from '../../messages/selection/selection.js';
import { inspectSettings, type Settings, secretsOf } from '../../settings/settings.js';
import { secretFile, settingsFile } from '../../settings/sources.js';
import { idleNames } from '../../settings/unknown-names.js';
import type { TelepiClient } from '../../telegram/client.js';
import { currentUser } from '../../telegram/sign-in.js';
import { clockSkew, limits, signedIn } from '../check/account.js';
import { bucketInUse } from '../check/bucket.js';
import { readSource } from '../check/chats.js';
import { databaseInUse } from '../check/database.js';
import { type Finding, optionalProbe, probe, skipped, worst } from '../check/finding.js';
import { cryptoInUse, dataDirectory, diskSpace, memory } from '../check/machine.js';
import { outlookFindings } from '../check/outlook.js';
import { ruleFindings } from '../check/rules.js';
import { sessionUse } from '../check/session.js';
import type { CommandContext } from '../command.js';
import { connect, openSession, type SessionUse, serverWords } from '../connection.js';
import { jobOptions, type Pair } from '../job-options.js';
import { lookAtMade, makesTarget, refuseTwoTargets } from '../made-sides.js';
import { olderHistoryWords } from '../older-history.js';
import { resolveSide, type Side, type SideName } from '../pair.js';
import { openToOthers } from '../privacy.js';
import { count } from '../progress/words.js';
import { openSelection, refuseSelection } from '../selection.js';
import { readTexts, type Texts } from '../texts.js';

/** `telepi check`: tests everything that a run needs, one after another, and reports that it works or how to fix it. */
export async function check(context: CommandContext): Promise<number> {
  const findings: Finding[] = [];
  for await (const finding of probes(context)) {
    findings.push(finding);
    print(context, finding);
  }
  const bad = findings.filter(({ status }) => status === 'fix');
  const open = findings.filter(({ status }) => status === 'unknown');
  const warnings = findings.filter(({ status }) => status === 'warning');
  const exitStatus = bad.length > 0 ? worst(bad) : ExitStatus.done;
  const rest = [
    ...(warnings.length > 0 ? [`; ${count(warnings.length, 'warning')}`] : []),
    ...(open.length > 0 ? [`; ${count(open.length, 'thing')} that the server doesn't say`] : []),
  ].join('');
  context.output.line(
    bad.length > 0 ? `${count(bad.length, 'thing')} to fix.` : `Everything is ready${rest}.`,
  );
  context.output.record({
    event: 'checked',
    ok: bad.length === 0,
    fix: bad.length,
    warnings: warnings.length,
    unknown: open.length,
    exitStatus,
  });
  return exitStatus;
}

async function* probes(context: CommandContext): AsyncGenerator<Finding> {
  const { signal } = context;
  const target = makesTarget(context) ? [] : (['targetChat'] as const);
  const needs = ['apiId', 'apiHash', 'sourceChat', ...target] as const;
  const { settings, problems } = inspectSettings(context.sources, { uses: context.uses, needs });
  for (const problem of problems) {
    yield { name: 'settings', status: 'fix', detail: problem.message, exitStatus: problem.exitStatus };
  }
  if (!settings) {
    for (const name of ['data directory', 'login', 'source', 'target'])
      yield skipped(name, 'after the settings');
    return;
  }
  context.redactor.add(...secretsOf(settings));
  yield { name: 'settings', status: 'ok', detail: settingsWords(context) };
  const idle = idleNames(context.sources);
  if (idle !== undefined) yield { name: 'settings', status: 'warning', detail: idle };
  const rules = await ruleFindings(context, settings);
  yield* rules;
  const directory = await probe('data directory', signal, () => dataDirectory(settings.dataDir));
  yield directory;
  for (const warning of await openToOthers(settings.dataDir, secretFile(context.sources))) {
    yield { name: 'privacy', status: 'warning', detail: warning };
  }
  // If the directory can't be made, the directory above it may be on another disk.
  yield directory.status === 'ok'
    ? await probe('disk', signal, () => diskSpace(settings.dataDir))
    : skipped('disk', `after the ${directory.name}`);
  if (settings.database) yield await probe('database', signal, () => databaseInUse(context, settings));
  if (isS3Address(settings.download.output))
    yield await probe('bucket', signal, () => bucketInUse(context, settings));
  yield await probe('memory', signal, () => memory(settings.bufferBytes));
  const crypto = await probe('crypto', signal, () => cryptoInUse(settings.crypto));
  yield crypto;
  // Errors that a connection would only repeat.
  const refused = [directory, crypto].find(({ exitStatus }) => exitStatus === ExitStatus.usage);
  if (refused) {
    for (const name of ['connection', 'login', 'source', 'target'])
      yield skipped(name, `after the ${refused.name}`);
    return;
  }
  const isReadable = rules.every(({ status }) => status === 'ok');
  yield* connected(context, settings, isReadable);
}

/** `isReadable`: the settings that say what becomes of messages can be read. */
async function* connected(
  context: CommandContext,
  settings: Settings,
  isReadable: boolean,
): AsyncGenerator<Finding> {
  const { signal, clock } = context;
  let client: TelepiClient | undefined;
  let lease: SessionUse | undefined;
  try {
    const connection = await probe('connection', signal, async () => {
      const began = clock.monotonic();
      const onLease = (held: SessionUse): void => {
        lease = held;
      };
      client = await connect(context, settings, await openSession(context, settings), {
        onLease,
        looks: true,
      });
      return `to ${serverWords(settings)} in ${Math.round(clock.monotonic() - began)} ms`;
    });
    yield connection;
    if (lease) yield sessionUse(lease);
    if (client) yield* signedInProbes(context, settings, { client, isReadable });
    else for (const name of ['login', 'source', 'target']) yield skipped(name, 'after the connection');
  } finally {
    await client?.close();
  }
}

async function* signedInProbes(
  context: CommandContext,
  settings: Settings,
  { client, isReadable }: { readonly client: TelepiClient; readonly isReadable: boolean },
): AsyncGenerator<Finding> {
  const { signal } = context;
  yield await optionalProbe('clock', signal, () => clockSkew(client, context));
  const account = await probe('login', signal, () => signedIn(client, signal));
  yield account;
  if (account.status === 'fix') {
    for (const name of ['limits', 'source', 'target']) yield skipped(name, 'after the login');
    return;
  }
  yield await optionalProbe('limits', signal, () => limits(client, signal));
  const seen: Finding[] = [];
  const chats = yield* watched(chatProbes(context, settings, client), seen);
  const isReady = isReadable && seen.every(({ status }) => status !== 'fix');
  if (chats && isReady) yield* contentProbes(context, client, chats);
}

/** Passes findings on, and notes them. */
async function* watched<Result>(
  findings: AsyncGenerator<Finding, Result>,
  seen: Finding[],
): AsyncGenerator<Finding, Result> {
  for (;;) {
    const next = await findings.next();
    if (next.done) return next.value;
    seen.push(next.value);
    yield next.value;
  }
}

/** The chats of a run, and the settings with the topics that their links name. */
interface Chats extends Omit<Pair, 'accountId'> {
  readonly settings: Settings;
}

/** The steps of a run's own preflight, and the errors for which its job would be refused. */
async function* chatProbes(
  context: CommandContext,
  settings: Settings,
  client: TelepiClient,
): AsyncGenerator<Finding, Chats | undefined> {
  const { signal, flags, log } = context;
  const { via } = settings;
  const shared = { client, allowProtected: flags['allow-protected'] === true, via, signal, log };
  const sides: Partial<Record<SideName, Side>> = {};
  const made: { toBe?: Chats } = {};
  yield await probe('source', signal, async () => {
    sides.source = await resolveSide(client, settings, 'source', { signal });
    return readSource(client, sides.source.chat, signal);
  });
  yield* linkNote('source', sides.source);
  if (sides.source) {
    const { chat: source, topic: sourceTopic } = sides.source;
    const older = await optionalProbe('older history', signal, async () => {
      return (await olderHistoryWords(client, source, sourceTopic, signal)) ?? '';
    });
    if (older.detail !== '') yield older;
    yield* stepProbes(sourceSteps({ ...shared, source, sourceTopic }), signal);
  }
  const found = await probe('target', signal, async () => {
    if (!makesTarget(context)) {
      sides.target = await resolveSide(client, settings, 'target', { signal });
      return 'found';
    }
    refuseTwoTargets(context, settings);
    if (!sides.source) return '';
    const look = await lookAtMade(context, settings, client, sides.source);
    if (look.target) sides.target = look.target;
    if (look.toBe) made.toBe = look.toBe;
    return look.words;
  });
  if (makesTarget(context) && sides.source && found.status === 'ok') yield found;
  if (found.status === 'fix' || !sides.source) yield found;
  yield* linkNote('target', sides.target);
  if (!sides.source || !sides.target) return made.toBe;
  const { chat: source, topic: sourceTopic, name: sourceName } = sides.source;
  const { chat: target, topic: targetTopic, name: targetName } = sides.target;
  const pair = { source, target, sourceTopic, targetTopic };
  const withProfile = context.flags['with-profile'] === true;
  const isMade = makesTarget(context) && source.kind === 'forum';
  const autoCreateTopics = settings.autoCreateTopics ?? (isMade ? true : undefined);
  yield* stepProbes(targetSteps({ ...shared, ...pair, autoCreateTopics, withProfile }), signal);
  const placed = { ...settings, sourceTopic, targetTopic };
  const chats = { ...pair, sourceName, targetName };
  yield await jobProbe(context, placed, client, chats);
  return { ...chats, settings: placed };
}

/** What a run is going to do with the messages. */
async function* contentProbes(
  context: CommandContext,
  client: TelepiClient,
  chats: Chats,
): AsyncGenerator<Finding> {
  const { signal, clock } = context;
  const { source, target, settings } = chats;
  let chosen:
    | { readonly selection: Selection; readonly accountId: number; readonly texts: Texts }
    | undefined;
  const refused = await probe('selection', signal, async () => {
    const accountId = Number((await currentUser(client, signal)).id);
    const criteria = await readCriteria(settings.selection, clock.now());
    const selection = await openSelection(client, criteria, accountId, signal);
    await refuseSelection(selection, source, settings.selection.topic, { client, signal, log: context.log });
    chosen = { selection, accountId, texts: await readTexts(settings, context.sources) };
    return 'it can be met';
  });
  if (!chosen) {
    yield refused;
    return;
  }
  const { selection, accountId, texts } = chosen;
  const job = jobOptions(context, settings, { ...chats, accountId });
  yield* outlookFindings({ context, settings, client, source, target, selection, texts, job });
}

/** Says how a link is understood if that goes beyond its text; a run says it too. */
function* linkNote(name: SideName, side: Side | undefined): Generator<Finding> {
  if (side?.note !== undefined) yield { name: `${name} link`, status: 'warning', detail: side.note };
}

async function* stepProbes(steps: readonly PreflightStep[], signal: AbortSignal): AsyncGenerator<Finding> {
  for (const { name, look } of steps) yield await probe(name, signal, look);
}

function jobProbe(
  context: CommandContext,
  settings: Settings,
  client: TelepiClient,
  chats: Omit<Pair, 'accountId'>,
): Promise<Finding> {
  return probe('job', context.signal, async () => {
    const accountId = Number((await currentUser(client, context.signal)).id);
    const { begun, checkpoint, path, ledgerLost } = await examineJob(
      jobOptions(context, settings, { ...chats, accountId }),
    );
    if (!begun) return 'a new one';
    const words = `continues after source message ${shownId(checkpoint)}, state in ${path}`;
    return ledgerLost
      ? {
          warning: `${words}. The ledger has no record of it; if you have a copy of ledger.db, restore it first. ${LEDGER_LOST}`,
        }
      : words;
  });
}

function settingsWords({ sources }: CommandContext): string {
  const { path, found } = settingsFile(sources);
  return found ? `complete, with ${path}` : `complete, without a file ${path}`;
}

const SIGNS = { ok: 'ok', fix: 'FIX', warning: 'WARN', unknown: '?', skipped: '-' } as const;

function print({ output }: CommandContext, { name, status, detail }: Finding): void {
  output.line(`${SIGNS[status].padEnd(4)}  ${name}: ${detail}`);
  output.record({ event: 'finding', name, status, detail });
}
