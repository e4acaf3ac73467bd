import { UsageError } from '../../base/errors.js';
import { readSearchWords, type SearchWords } from '../../messages/search/search-words.js';
import { type Criteria, readCriteria } from '../../messages/selection/criteria.js';
import { type Selection, selectionOf } from '../../messages/selection/selection.js';
import type { Settings } from '../../settings/settings.js';
import { accountIds, idOfName, isKnownChat } from '../../store/search/names.js';
import { type ChatRef, parseChatRef } from '../../telegram/chat-ref.js';
import type { CommandContext } from '../command.js';
import { settingsOf } from '../command-settings.js';
import { SHOWN_UNLESS_SET } from './shown-unless-set.js';

type Db = Parameters<typeof accountIds>[0];

/** What a person asks `telepi search` for, checked as far as it can be without the store. */
export interface SearchRequest extends PlacesRequest {
  readonly settings: Settings;
  readonly words: SearchWords;
  readonly limit: number;
}

/** Which messages of the store a command means. */
export interface PlacesRequest {
  readonly chats: readonly { readonly ref: ChatRef; readonly written: string }[];
  readonly criteria: Criteria;
}

/** @throws UsageError for whatever is wrong with words, flags and settings */
export async function readSearch(context: CommandContext): Promise<SearchRequest> {
  const settings = settingsOf(context, []);
  const words = readSearchWords(context.words);
  const places = await readPlaces(context, settings);
  return { settings, words, ...places, limit: places.criteria.limit ?? SHOWN_UNLESS_SET };
}

/**
 * What `--source` and the flags of a selection say of messages in the store.
 * @throws UsageError for whatever is wrong with them
 */
export async function readPlaces(
  { flags, clock }: Pick<CommandContext, 'flags' | 'clock'>,
  { selection }: Pick<Settings, 'selection'>,
): Promise<PlacesRequest> {
  const source = (flags['source'] as string | undefined) ?? '';
  const written = source.split(',').map((word) => word.trim());
  const chats = written
    .filter((word) => word !== '')
    .map((word) => ({ ref: parseChatRef(word), written: word }));
  return { chats, criteria: await readCriteria(selection, clock.now()) };
}

/** What a request means in a store: chats by their marked ids, and what is selected of an account's messages. */
export interface SearchPlaces {
  readonly chats: ReadonlySet<number> | undefined;
  readonly selectionFor: (accountId: number) => Selection;
}

/**
 * Looks up the names of a request.
 * @throws UsageError SEARCH_NO_CHAT, SEARCH_NO_SENDER for somebody whom the store doesn't know
 */
export async function findPlaces(db: Db, { chats, criteria }: PlacesRequest): Promise<SearchPlaces> {
  const ids = new Set<number>();
  for (const { ref, written } of chats) for (const id of await chatIds(db, ref, written)) ids.add(id);
  const named = new Map<string, number>();
  for (const person of criteria.sender ?? []) {
    if (person.kind !== 'name') continue;
    const id = await idOfName(db, person.name);
    if (id === undefined) throw unknownSender(person.name);
    named.set(person.name, id);
  }
  const selections = new Map<number, Selection>();
  return {
    chats: chats.length === 0 ? undefined : ids,
    selectionFor(accountId) {
      const selection = selections.get(accountId) ?? selectionOf(criteria, { self: accountId, named });
      selections.set(accountId, selection);
      return selection;
    },
  };
}

async function chatIds(db: Db, ref: ChatRef, written: string): Promise<readonly number[]> {
  if (ref.kind === 'me') return accountIds(db);
  const id = ref.kind === 'id' ? ref.id : await idOfName(db, ref.username.toLowerCase());
  if (id !== undefined && (await isKnownChat(db, id))) return [id];
  throw new UsageError(
    'SEARCH_NO_CHAT',
    `TelePi has kept nothing of ${JSON.stringify(written)}: correct --source, or run telepi download for that chat first.`,
    { fields: { chat: written } },
  );
}

function unknownSender(name: string): UsageError {
  return new UsageError(
    'SEARCH_NO_SENDER',
    `TelePi has kept nothing of anybody who is called @${name}: write the id instead (telepi search --json shows ids of senders).`,
  );
}
