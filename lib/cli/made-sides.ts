import { hostname } from 'node:os';
import { Api } from 'telegram/tl/index.js';
import { UsageError } from '../base/errors.js';
import { madeKindOf, makeTarget } from '../clone/make-target.js';
import { sourceSteps } from '../clone/preflight.js';
import { jobFolderName } from '../ledger/job-file.js';
import type { LedgerPlace } from '../ledger/ledger.js';
import { refuseOlderState } from '../ledger/legacy.js';
import {
  madeTargetPath,
  noteDressed,
  readMadeTarget,
  shareMadeTarget,
  type TargetMaker,
} from '../ledger/made-target.js';
import { isMade, type Made, type MadeTarget, type MadeTargetKey } from '../ledger/made-target-record.js';
import { readCriteria } from '../messages/selection/criteria.js';
import type { Settings } from '../settings/settings.js';
import type { Chat } from '../telegram/chat.js';
import { parseChatPlace } from '../telegram/chat-ref.js';
import type { TelepiClient } from '../telegram/client.js';
import { wordOf } from '../telegram/known-chats.js';
import { serverIdentity } from '../telegram/server-key.js';
import { currentUser } from '../telegram/sign-in.js';
import type { CommandContext } from './command.js';
import { olderState } from './job-options.js';
import { ledgerPlace } from './ledger-place.js';
import { resolveSide, type Side } from './pair.js';
import { openSelection, refuseSelection } from './selection.js';
import { type FindOptions, resolveSides, type Sides } from './sides.js';

/** Of `telepi run`, `telepi check` and `telepi verify`. */
export function makesTarget({ flags }: Pick<CommandContext, 'flags'>): boolean {
  return flags['create-target'] === true;
}

/** @throws UsageError when a target is named as well. */
export function refuseTwoTargets(context: CommandContext, settings: Settings): void {
  if (!makesTarget(context)) return;
  const given = settings.targetChat === undefined ? 'TARGET_TOPIC' : 'TARGET_CHAT';
  if (settings.targetChat === undefined && settings.targetTopic === undefined) return;
  throw new UsageError(
    'CONTRADICTION',
    `${given} names a target, and --create-target makes one: leave one of them out.`,
  );
}

/**
 * Both chats of a run. With --create-target, the target is made first, if no run has made it before: after everything
 * that can be refused of the source has been looked at. A dry run makes nothing, and gets a chat that isn't there.
 */
export async function findSides(
  context: CommandContext,
  settings: Settings,
  client: TelepiClient,
  options: FindOptions = {},
): Promise<Sides> {
  if (!makesTarget(context)) return resolveSides(context, settings, client, options);
  const { signal, log, flags, output } = context;
  const source = await resolveSide(client, settings, 'source', { signal, known: options.known });
  const allowProtected = flags['allow-protected'] === true;
  const shared = { client, allowProtected, via: settings.via, signal, log };
  for (const { look } of sourceSteps({ ...shared, source: source.chat, sourceTopic: source.topic })) {
    await look();
  }
  await refuseUnmetSelection(context, settings, client, source);
  kindToMake(settings, source.chat);
  const looks = flags['dry-run'] === true;
  const key = await keyOf(settings, client, source, {
    signal,
    place: ledgerPlace(context, settings, !looks),
  });
  const known = await readMadeTarget(key, looks ? 'look' : 'look-before-writing');
  if (!isMade(known)) await refuseOlderState(settings.dataDir, olderState(context));
  if (looks && !isMade(known)) return sidesToBe(settings, source);
  const maker = makerOf(context);
  const made =
    looks && isMade(known)
      ? { ...known, isNew: false }
      : await makeTarget({ client, source: source.chat, key, maker, signal });
  const { targetId, kind, title, isNew } = made;
  if (isNew) {
    log.info('target_created', { target: targetId, kind, title });
    output.line(`Created the ${kind} "${title}" (${targetId}) as the target.`);
    output.record({ event: 'target_created', id: targetId, title, type: kind });
  }
  const sides = await sidesWith(context, settings, client, { key, made, options });
  if (made.dressed) return sides;
  return { ...sides, dressed: () => noteDressed(key, asRecord(made), maker.host) };
}

/**
 * Both chats of a verification. With --create-target, the target is the one that a run has made for this source.
 * @throws UsageError NO_MADE_TARGET when no run has made any.
 */
export async function findMadeSides(
  context: CommandContext,
  settings: Settings,
  client: TelepiClient,
): Promise<Sides> {
  if (!makesTarget(context)) return resolveSides(context, settings, client);
  const source = await resolveSide(client, settings, 'source', { signal: context.signal });
  const key = await keyOf(settings, client, source, {
    signal: context.signal,
    place: ledgerPlace(context, settings),
  });
  const made = await readMadeTarget(key, 'look-before-writing');
  if (!isMade(made)) {
    const other = settings.database ? 'DATABASE_URL to the database' : 'DATA_DIR to the directory';
    throw new UsageError(
      'NO_MADE_TARGET',
      `No run with --create-target has made a target for "${source.chat.title}" (${source.chat.id}) yet: name the target as TARGET_CHAT, or set ${other} of the run.`,
      { fields: { chat: source.chat.id } },
    );
  }
  return sidesWith(context, settings, client, { key, made, options: {} });
}

/** Before a chat is created: one without topics can't take any, whatever AUTO_CREATE_TOPICS says. */
function kindToMake({ autoCreateTopics }: Settings, source: Chat): MadeTarget['kind'] {
  const kind = madeKindOf(source);
  if (autoCreateTopics !== true || kind === 'forum') return kind;
  throw new UsageError(
    'TARGET_NO_FORUM',
    `"${source.title}" (${source.id}) has no topics, and neither has the ${kind} that --create-target makes for it: leave out AUTO_CREATE_TOPICS.`,
    { fields: { chat: source.id } },
  );
}

/** Before a chat is created for it. */
async function refuseUnmetSelection(
  { clock, signal, log }: CommandContext,
  { selection }: Settings,
  client: TelepiClient,
  { chat }: Side,
): Promise<void> {
  const criteria = await readCriteria(selection, clock.now());
  const { id } = await currentUser(client, signal);
  const opened = await openSelection(client, criteria, Number(id), signal);
  await refuseSelection(opened, chat, selection.topic, { client, signal, log });
}

/** What --create-target has made for a source, as `telepi check` finds it, or would make. */
export async function lookAtMade(
  context: CommandContext,
  settings: Settings,
  client: TelepiClient,
  source: Side,
): Promise<{ readonly words: string; readonly target?: Side; readonly toBe?: Sides }> {
  const { chat } = source;
  const { signal } = context;
  const kind = kindToMake(settings, chat);
  const place = ledgerPlace(context, settings);
  const made = await readMadeTarget(await keyOf(settings, client, source, { signal, place }));
  if (made?.targetId === undefined) {
    return {
      words: `a run would create the ${kind} "${chat.title}", with the source's photo and description`,
      toBe: sidesToBe(settings, source),
    };
  }
  const { title, targetId } = made;
  const target = await resolveSide(client, settingsInto(settings, chat, targetId), 'target', { signal });
  return { target, words: `the ${made.kind} "${title}" (${targetId}), which --create-target made` };
}

/**
 * What a run that is queued will clone into, in words for people. What this data directory knows of it is taken along into
 * the database, where the workers find it.
 */
export async function madeTargetWords(
  context: CommandContext,
  settings: Settings,
  client: TelepiClient,
  source: Side,
): Promise<string> {
  const kind = kindToMake(settings, source.chat);
  const { signal } = context;
  const place = ledgerPlace(context, settings);
  const known = await shareMadeTarget(
    await keyOf(settings, client, source, { signal, place }),
    makerOf(context),
  );
  return isMade(known) ? known.title : `a new ${kind}`;
}

/** The settings as they are once the target is known by its id. A forum's topics are created unless that is refused. */
function settingsInto(settings: Settings, { kind }: Pick<Chat, 'kind'>, targetId: number): Settings {
  const autoCreateTopics = settings.autoCreateTopics ?? (kind === 'forum' ? true : undefined);
  return { ...settings, targetChat: String(targetId), autoCreateTopics };
}

interface Into {
  readonly key: MadeTargetKey;
  readonly made: Made;
  readonly options: FindOptions;
}

async function sidesWith(
  context: CommandContext,
  settings: Settings,
  client: TelepiClient,
  { key, made, options: { known, onFound } }: Into,
): Promise<Sides> {
  const { targetId, accessHash, kind } = made;
  const word = wordOf(parseChatPlace(String(targetId), 'TARGET_CHAT').chat);
  const hint = { id: targetId, accessHash: BigInt(accessHash), isChannel: kind === 'channel' };
  const chats = new Map([...(known?.chats ?? []), ...(word === undefined ? [] : [[word, hint] as const])]);
  try {
    return await resolveSides(context, settingsInto(settings, { kind }, targetId), client, {
      known: { salts: [], ...known, chats },
      ...(onFound && { onFound }),
    });
  } catch (error) {
    if (!(error instanceof UsageError) || String(error.fields['chat']) !== String(targetId)) throw error;
    throw new UsageError(
      'MADE_TARGET_GONE',
      `The chat that --create-target made (${targetId}) can't be found any more: name another one as TARGET_CHAT, or ` +
        `${await howToForget(key, targetId)} to have one made again.`,
      { cause: error, fields: { target: targetId } },
    );
  }
}

async function howToForget(key: MadeTargetKey, targetId: number): Promise<string> {
  const path = await madeTargetPath(key);
  if (path !== undefined) return `delete ${path}`;
  return `run telepi forget ${jobFolderName({ ...key, targetId })}`;
}

function makerOf({ clock, random, log }: CommandContext): TargetMaker {
  return { host: hostname(), clock, random, log };
}

async function keyOf(
  settings: Settings,
  client: TelepiClient,
  { chat, topic }: Side,
  { signal, place }: { readonly signal: AbortSignal; readonly place: LedgerPlace },
): Promise<MadeTargetKey> {
  return {
    ...place,
    accountId: Number((await currentUser(client, signal)).id),
    server: serverIdentity(settings),
    sourceId: chat.id,
    formerSourceId: chat.former?.id,
    sourceTopic: topic,
  };
}

function asRecord({ isNew: _, ...record }: Awaited<ReturnType<typeof makeTarget>>): Made {
  return record;
}

/** The sides of a dry run whose target isn't made yet: it has the id 0 and an empty peer. */
function sidesToBe(settings: Settings, { chat: source, topic, name }: Side): Sides {
  const kind = madeKindOf(source);
  const target: Chat = {
    id: 0,
    kind,
    title: source.title,
    noforwards: false,
    peer: new Api.InputPeerEmpty(),
    canPost: true,
    canManageTopics: kind === 'forum',
    managesTopics: kind === 'forum',
    canPin: true,
    canChangeInfo: true,
  };
  return {
    source,
    target,
    sourceName: name,
    targetName: undefined,
    known: new Map(),
    toBeMade: kind,
    settings: { ...settingsInto(settings, target, 0), sourceTopic: topic },
  };
}
