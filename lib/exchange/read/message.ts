import { olderId } from '../../base/source-ids.js';
import type {
  MessageDocument,
  PostDocument,
  PostFlags,
  ServiceDocument,
} from '../../messages/document/document.js';
import type { ForwardHeader, MessageReply } from '../../messages/document/headers.js';
import type { Media } from '../../messages/document/media.js';
import { actionOf } from './action.js';
import { markupOf } from './buttons.js';
import type { DateReader } from './commerce.js';
import { isObject, type JsonObject, Keys, unknown } from './fields.js';
import type { Incoming } from './intake.js';
import { type LocalDates, localSeconds } from './local-dates.js';
import { mediaOf } from './media.js';
import { ownDocument, withOwnKeys } from './own-document.js';
import { peerOf } from './peers.js';
import { firstString, type RawValue } from './raw-value.js';
import { reactionsOf } from './reactions.js';
import { plainTextOf } from './rich-message.js';
import { textOf } from './segments.js';

/** What the messages of a chat don't say themselves. */
export interface ReadScene {
  /** Marked ids: of the chat, and of the group that it used to be, as far as it is known. */
  readonly chat: number;
  readonly older: number | undefined;
  readonly isChannel: boolean;
  /** The account whose export it is. */
  readonly self: number;
  readonly dates: LocalDates;
  /** What somebody is called, as the export says with an id. */
  onName(peer: number, name: string): void;
}

/** A message of an export is read, or it isn't one. */
export type ReadMessage =
  | { readonly document: MessageDocument; readonly keys: JsonObject }
  /** TelePi's own export has written the document besides. */
  | Incoming
  | { readonly problem: string };

/** A message of Telegram Desktop, in whichever form its versions have written it. */
export function readMessage(raw: RawValue, scene: ReadScene): ReadMessage {
  const object = objectOf(raw);
  if (!object) return { problem: 'it is not JSON' };
  const keys = new Keys(object);
  const shown = keys.whole('id');
  if (shown === undefined) return { problem: 'it has no id' };
  const whole = wholeOf(object, shown, scene);
  if (whole) {
    // The document has ids alone.
    for (const key of ['from', 'actor'] as const) authorOf(keys, key, scene);
    forwardOf(keys, scene);
    return whole;
  }
  const place = placeOf(shown, scene);
  if (object['type'] === 'unsupported') {
    const document = { version: 1, kind: 'unknown', ...place, unknown: unknown() } as const;
    return { document, keys: object };
  }
  if (isEmpty(object)) return { document: { version: 1, kind: 'empty', ...place }, keys: object };
  const date = dateOf(keys, scene.dates);
  if (date === undefined) return { problem: 'it has no date' };
  const head = { ...place, date };
  const document =
    object['type'] === 'service' ? serviceOf(keys, head, raw, scene) : postOf(keys, head, scene);
  return { document, keys: object };
}

function objectOf({ text }: RawValue): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What TelePi's own export has written besides: the document as it was, if it is that of this message. */
function wholeOf({ telepi }: JsonObject, shown: number, { chat }: ReadScene): Incoming | undefined {
  if (!isObject(telepi)) return undefined;
  const document = ownDocument(telepi['document']);
  if (!document) return undefined;
  const isSame =
    shown >= 0
      ? document.id === shown && document.chat === chat
      : document.id === shown + SHIFT && (document.chat ?? 0) < 0;
  const deleted = Number(telepi['deleted_at'] ?? Number.NaN);
  const deletedAt = Number.isSafeInteger(deleted) ? deleted * 1000 : undefined;
  return isSame ? withOwnKeys(document, { deletedAt, files: telepi['files'] }) : undefined;
}

/** How much lower the ids of the older group's messages are. */
const SHIFT = 1_000_000_000;

/** Where a message belongs: those of the group that a supergroup used to be have ids below zero. */
function placeOf(shown: number, { chat, older }: ReadScene): { readonly id: number; readonly chat: number } {
  if (shown >= 0) return { id: shown, chat };
  return older === undefined ? { id: olderId(shown + SHIFT), chat } : { id: shown + SHIFT, chat: older };
}

/** What Telegram answers in place of a message that isn't there. */
function isEmpty(object: JsonObject): boolean {
  return (
    object['date_unixtime'] === '0' &&
    object['type'] === 'message' &&
    !object['text'] &&
    !('from_id' in object)
  );
}

function dateOf(keys: Keys, dates: LocalDates): number | undefined {
  keys.take('type', 'date');
  const seconds = keys.whole('date_unixtime');
  return seconds ?? dates.next(keys.object['date']);
}

interface Head {
  readonly id: number;
  readonly chat: number;
  readonly date: number;
}

function postOf(keys: Keys, head: Head, scene: ReadScene): PostDocument {
  const { object } = keys;
  const author = authorOf(keys, 'from', scene) ?? (scene.isChannel ? scene.chat : undefined);
  const segments = object['text_entities'];
  const text = textOf(Array.isArray(segments) && segments.length > 0 ? segments : object['text']);
  if (!text.isLossy) keys.take('text', 'text_entities');
  const rich = object['rich_message'];
  const document = {
    version: 1 as const,
    kind: 'message' as const,
    ...head,
    ...withDefined('author', author),
    flags: flagsOf(author, scene),
    text: isObject(rich) ? plainTextOf(rich) : text.text,
    entities: text.entities,
  };
  return withKeys({ ...document, ...detailsOf(keys, head, scene) }, keys);
}

function flagsOf(author: number | undefined, { self, isChannel }: ReadScene): PostFlags {
  return { ...(author === self && { out: true }), ...(isChannel && { post: true }) };
}

function withDefined<Name extends string, T>(name: Name, value: T | undefined): { [K in Name]?: T } {
  return (value === undefined ? {} : { [name]: value }) as { [K in Name]?: T };
}

type Details = Pick<
  PostDocument,
  'media' | 'editDate' | 'forward' | 'reply' | 'signature' | 'markup' | 'reactions'
>;

function detailsOf(keys: Keys, head: Head, scene: ReadScene): Details {
  const { object } = keys;
  // Most messages have few of these.
  const rows = keys.has('inline_bot_buttons') ? object['inline_bot_buttons'] : undefined;
  const buttons = Array.isArray(rows) ? markupOf(rows) : undefined;
  if (buttons && !buttons.isLossy) keys.take('inline_bot_buttons');
  return {
    ...withDefined('media', mediaOf(keys, dateReader(keys, head, scene))),
    ...withDefined('editDate', editDateOf(keys, scene)),
    ...withDefined('forward', forwardOf(keys, scene)),
    ...withDefined('reply', replyOf(keys, 'reply_to_message_id', head, scene)),
    ...withDefined('signature', keys.text('author')),
    ...withDefined('markup', buttons?.markup),
    ...withDefined('reactions', reactionsIn(keys, head, scene)),
  };
}

function editDateOf(keys: Keys, { dates }: ReadScene): number | undefined {
  if (!keys.has('edited') && !keys.has('edited_unixtime')) return undefined;
  keys.take('edited');
  const seconds = keys.whole('edited_unixtime') ?? dates.read(keys.object['edited']);
  // Until 2019 Telegram Desktop wrote 1970 for a message that was never edited.
  return seconds !== undefined && seconds > DAY ? seconds : undefined;
}

/** A time at the beginning of 1970, in whichever zone, stands for none. */
const DAY = 86_400;

/** Reads times that have no other form: the message's own two forms say how far the clock was ahead. */
function dateReader(keys: Keys, { date }: Head, { dates }: ReadScene): DateReader {
  const local = keys.has('date_unixtime') ? localSeconds(keys.object['date']) : undefined;
  return (text) => {
    const seconds = localSeconds(text);
    return local === undefined || seconds === undefined ? dates.read(text) : seconds - (local - date);
  };
}

function reactionsIn(keys: Keys, head: Head, scene: ReadScene): PostDocument['reactions'] {
  const values = keys.object['reactions'];
  if (!Array.isArray(values)) return undefined;
  const { reactions, isLossy } = reactionsOf(values, dateReader(keys, head, scene));
  if (!isLossy) keys.take('reactions');
  return reactions;
}

/** Who wrote the message, or did something; `from` or `actor`, with its id. */
function authorOf(keys: Keys, key: 'from' | 'actor', scene: ReadScene): number | undefined {
  const peer = peerOf(keys.object[`${key}_id`]);
  const name = keys.object[key];
  if (peer === undefined) return undefined;
  keys.take(key, `${key}_id`);
  if (typeof name === 'string' && name !== '') scene.onName(peer, name);
  return peer;
}

/** Neither the original's date nor its id is ever said. */
function forwardOf(keys: Keys, scene: ReadScene): ForwardHeader | undefined {
  if (!keys.has('forwarded_from') && !keys.has('forwarded_from_id')) return undefined;
  const from = peerOf(keys.object['forwarded_from_id']);
  const name = keys.text('forwarded_from');
  if (from !== undefined) {
    keys.take('forwarded_from', 'forwarded_from_id');
    if (name) scene.onName(from, name);
  }
  return { ...withDefined('from', from), ...(from === undefined && name && { fromName: name }) };
}

function replyOf(keys: Keys, key: string, { chat }: Head, scene: ReadScene): MessageReply<Media> | undefined {
  if (!keys.has(key)) return undefined;
  const shown = keys.whole(key);
  if (shown === undefined) return undefined;
  const elsewhere = peerOf(keys.object['reply_to_peer_id']);
  if (elsewhere !== undefined) keys.take('reply_to_peer_id');
  if (elsewhere !== undefined && elsewhere !== chat) return { kind: 'message', id: shown, chat: elsewhere };
  return { kind: 'message', id: placeOf(shown, scene).id };
}

/** In which key an action names the message that it concerns. */
const CONCERNED = ['message_id', 'game_message_id', 'invoice_message_id'] as const;

function serviceOf(keys: Keys, head: Head, raw: RawValue, scene: ReadScene): ServiceDocument {
  keys.take('text', 'text_entities');
  const author = authorOf(keys, 'actor', scene);
  const action =
    keys.object['action'] === 'send_webview_data'
      ? { kind: 'send_webview_data' as const, text: firstString(raw.text, 'text') ?? '' }
      : actionOf(keys, { chat: scene.chat, older: scene.older ?? 0 });
  if (action.kind === 'send_webview_data') keys.take('action');
  const concerned = CONCERNED.find((key) => keys.has(key)) ?? 'reply_to_message_id';
  const document = {
    version: 1 as const,
    kind: 'service' as const,
    ...head,
    ...withDefined('author', author),
    ...(action.kind === 'topic_created' && { topic: head.id }),
    ...withDefined('reply', replyOf(keys, concerned, head, scene)),
    ...withDefined('reactions', reactionsIn(keys, head, scene)),
    flags: { ...(author !== undefined && author === scene.self && { out: true as const }) },
    action,
  };
  return withKeys(document, keys);
}

/** What no field has taken is kept as it stood. */
function withKeys<Document extends PostDocument | ServiceDocument>(document: Document, keys: Keys): Document {
  const left = keys.left();
  return left ? { ...document, imported: { form: 'result.json', keys: left } } : document;
}
