import { together } from '../base/together.js';
import type { MadeTarget } from '../ledger/made-target-record.js';
import type { Settings } from '../settings/settings.js';
import type { TelepiClient } from '../telegram/client.js';
import { DialogPages } from '../telegram/dialog-search.js';
import { type KnownChat, knownChatOf, wordOf } from '../telegram/known-chats.js';
import type { CommandContext } from './command.js';
import type { Pair } from './job-options.js';
import type { Known } from './known.js';
import { readSide, resolveSide, type Side, type SideName } from './pair.js';
import type { FoundChat } from './read-ahead.js';

/** The two chats of a job. */
export interface Sides extends Omit<Pair, 'accountId'> {
  /** Include the topics that the chats' links name. */
  readonly settings: Settings;
  /** The target isn't there yet, and a run would make it: of this kind. */
  readonly toBeMade?: MadeTarget['kind'] | undefined;
  /** The target was made for the source, and gets its profile: notes that it has it. */
  readonly dressed?: () => Promise<void>;
  /** What the next run needs to find them without a search, by the words of the settings. */
  readonly known: ReadonlyMap<string, KnownChat>;
}

export interface FindOptions {
  /** What the last run knew. */
  readonly known?: Known;
  /** See SearchOptions. */
  readonly onFound?: (name: SideName, chat: FoundChat) => void;
}

/** Looks both chats up at once, and notes what their links are understood to mean. */
export async function resolveSides(
  { signal, output }: CommandContext,
  settings: Settings,
  client: TelepiClient,
  { known, onFound }: FindOptions = {},
): Promise<Sides> {
  const dialogs = new DialogPages(client, signal);
  const [source, target] = await together(
    signal,
    (linked) =>
      (['source', 'target'] as const).map((name) =>
        resolveSide(client, settings, name, {
          signal: linked,
          dialogs,
          known,
          onFound: (chat) => onFound?.(name, chat),
        }),
      ) as [Promise<Side>, Promise<Side>],
  ).finally(() => dialogs.close());
  for (const { note } of [source, target]) if (note !== undefined) output.note(note);
  return {
    source: source.chat,
    target: target.chat,
    sourceName: source.name,
    targetName: target.name,
    known: new Map([...wayTo(settings, 'source', source), ...wayTo(settings, 'target', target)]),
    settings: { ...settings, sourceTopic: source.topic, targetTopic: target.topic },
  };
}

/** Nothing for a chat that isn't the one that its setting names, because it has become that. */
function wayTo(settings: Settings, name: SideName, { chat }: Side): [string, KnownChat][] {
  const ref = readSide(settings, name).chat;
  const word = wordOf(ref);
  const known = knownChatOf(chat);
  const isNamed = ref.kind !== 'id' || ref.id === chat.id;
  return word !== undefined && known && isNamed ? [[word, known]] : [];
}
