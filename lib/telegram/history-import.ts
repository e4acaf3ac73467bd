import { Api } from 'telegram/tl/index.js';
import type { Caller } from './caller.js';
import type { Peer } from './history.js';
import { fromLong, toLong } from './long.js';

/** What Telegram takes a text for (messages.checkHistoryImport). */
export interface RecognisedHistory {
  readonly of: 'private' | 'group' | 'unknown';
  readonly title?: string;
}

/** So many first lines of a history are looked at. */
export const HEAD_LINES = 100;

/** Has Telegram look at the first lines of a history. @throws TelegramError IMPORT_FORMAT_UNRECOGNIZED */
export async function checkHistory(
  client: Caller,
  head: string,
  signal: AbortSignal,
): Promise<RecognisedHistory> {
  const found = await client.call(new Api.messages.CheckHistoryImport({ importHead: head }), { signal });
  const { pm, group, title } = found;
  const of = pm ? 'private' : 'unknown';
  return { of: group ? 'group' : of, ...(title && { title }) };
}

/**
 * Asks whether a history may be imported into a chat, and for what a person is to confirm.
 * @throws TelegramError CHAT_ADMIN_REQUIRED, USER_NOT_MUTUAL_CONTACT, USER_IS_BLOCKED, IMPORT_PEER_TYPE_INVALID
 */
export async function checkImportPeer(client: Caller, { peer }: Peer, signal: AbortSignal): Promise<string> {
  const { confirmText } = await client.call(new Api.messages.CheckHistoryImportPeer({ peer }), { signal });
  return confirmText;
}

/**
 * Announces a history, whose text was uploaded, with so many files. Nothing is imported yet; a repeat begins another one.
 * @returns the import's id
 */
export async function beginImport(
  client: Caller,
  { peer }: Peer,
  { file, mediaCount }: { readonly file: Api.TypeInputFile; readonly mediaCount: number },
  signal: AbortSignal,
): Promise<bigint> {
  const request = new Api.messages.InitHistoryImport({ peer, file, mediaCount });
  return fromLong((await client.call(request, { signal })).id);
}

/** Gives Telegram a file of a history under the name that the text has for it; the same name again replaces it. */
export async function addImportedMedia(
  client: Caller,
  { peer }: Peer,
  {
    importId,
    name,
    media,
  }: { readonly importId: bigint; readonly name: string; readonly media: Api.TypeInputMedia },
  signal: AbortSignal,
): Promise<void> {
  const request = new Api.messages.UploadImportedMedia({
    peer,
    importId: toLong(importId),
    fileName: name,
    media,
  });
  await client.call(request, { signal });
}

/** Starts an import, which Telegram does once. Its messages come within minutes. @throws TelegramError IMPORT_ID_INVALID */
export async function startImport(
  client: Caller,
  { peer }: Peer,
  importId: bigint,
  signal: AbortSignal,
): Promise<void> {
  await client.call(new Api.messages.StartHistoryImport({ peer, importId: toLong(importId) }), { signal });
}
