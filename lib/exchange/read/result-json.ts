import { FailedError } from '../../base/errors.js';
import { type ByteWindow, CutOff } from './byte-window.js';
import { isObject } from './fields.js';
import type { RawValue } from './raw-value.js';
import { CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './scan-value.js';

/** A chat of an export, before its messages. */
export interface ChatHead {
  readonly name?: unknown;
  readonly type?: unknown;
  readonly id?: unknown;
  /** What TelePi notes besides. */
  readonly telepi?: unknown;
}

/** The account whose chat TelePi has exported, if it says so. */
export function accountOfHead({ telepi }: ChatHead): number | undefined {
  const account = isObject(telepi) ? telepi['account'] : undefined;
  return Number.isSafeInteger(account) ? (account as number) : undefined;
}

/** What a result.json holds, in its order. Each chat's head comes before its messages. */
export type ExportEvent =
  /** The account of an export of everything. */
  | { readonly kind: 'account'; readonly userId: number }
  | { readonly kind: 'chat'; readonly head: ChatHead }
  | { readonly kind: 'messages'; readonly values: readonly RawValue[] }
  /** The file ends before its JSON does: what stands from `offset` on, in bytes, wasn't read. */
  | { readonly kind: 'cut'; readonly offset: number; readonly bytes: number };

/** How many messages come at once, at most. */
const MOST_MESSAGES = 250;
/** Long ones come fewer at a time: from this many bytes on, since they would take much memory. */
const MANY_BYTES = 2 ** 20;

/**
 * Reads an export of Telegram Desktop, of one chat or topic or of a whole account, message by message. A file that ends early
 * yields what it has, and a `cut`.
 * @throws FailedError IMPORT_UNREADABLE for what isn't such an export
 */
export async function* readResult(file: ByteWindow): AsyncGenerator<ExportEvent> {
  await skipMark(file);
  let isExport = false;
  try {
    for await (const event of objectIn(file, rootKey)) {
      isExport = true;
      yield event;
    }
  } catch (error) {
    if (!(error instanceof CutOff) || !isExport) throw error instanceof CutOff ? notAnExport() : error;
    yield { kind: 'cut', offset: error.offset, bytes: file.size - error.offset };
    return;
  }
  if (!isExport) throw notAnExport();
}

function notAnExport(): FailedError {
  return new FailedError(
    'IMPORT_UNREADABLE',
    'The file holds no chat of Telegram Desktop: choose the result.json of an export in the machine-readable format.',
  );
}

/** Some editors put a mark of the encoding in front. */
async function skipMark(file: ByteWindow): Promise<void> {
  const head = await file.head(3);
  if (head.toString('hex') === 'efbbbf') {
    for (let byte = 0; byte < 3; byte += 1) file.step();
  } else if (/^(?:fffe|feff)/.test(head.toString('hex'))) {
    throw new FailedError(
      'IMPORT_UNREADABLE',
      'The file is written in UTF-16, since an editor has saved it: take the file as Telegram Desktop wrote it, or save it as UTF-8.',
    );
  }
}

type KeyReader<Context> = (file: ByteWindow, key: string, context: Context) => AsyncGenerator<ExportEvent>;

/** Reads an object, each value by `read`, which takes all of it. */
async function* objectIn(file: ByteWindow, read: KeyReader<ChatSoFar>): AsyncGenerator<ExportEvent> {
  await require(file, OPEN_BRACE);
  const context: ChatSoFar = { head: {}, isSaid: false };
  for (;;) {
    const byte = await file.peek();
    if (byte === COMMA) file.step();
    else if (byte === CLOSE_BRACE) {
      file.step();
      break;
    } else if (byte === QUOTE) {
      const key = String(await parsed(file));
      await require(file, COLON);
      yield* read(file, key, context);
    } else throw new CutOff(file.offset);
  }
  if (!context.isSaid && context.head.id !== undefined) yield { kind: 'chat', head: context.head };
}

async function require(file: ByteWindow, byte: number): Promise<void> {
  if ((await file.peek()) !== byte) throw new CutOff(file.offset);
  file.step();
}

interface ChatSoFar {
  head: ChatHead;
  /** Whether the head was passed on. */
  isSaid: boolean;
}

/** The root is a chat, or an account with chats in it. */
async function* rootKey(file: ByteWindow, key: string, context: ChatSoFar): AsyncGenerator<ExportEvent> {
  if (key === 'chats' || key === 'left_chats') yield* objectIn(file, listKey);
  else if (key === 'personal_information') {
    const { user_id } = (await parsed(file)) as { readonly user_id?: unknown };
    if (typeof user_id === 'number') yield { kind: 'account', userId: user_id };
  } else yield* chatKey(file, key, context);
}

async function* listKey(file: ByteWindow, key: string): AsyncGenerator<ExportEvent> {
  if (key !== 'list') {
    await file.value();
    return;
  }
  await require(file, OPEN_BRACKET);
  for (;;) {
    const byte = await file.peek();
    if (byte === COMMA) file.step();
    else if (byte === CLOSE_BRACKET) return file.step();
    else yield* objectIn(file, chatKey);
  }
}

const HEAD_KEYS: ReadonlySet<string> = new Set(['name', 'type', 'id', 'telepi']);

async function* chatKey(file: ByteWindow, key: string, context: ChatSoFar): AsyncGenerator<ExportEvent> {
  if (key === 'messages' && (await file.peek()) === OPEN_BRACKET) {
    yield { kind: 'chat', head: context.head };
    context.isSaid = true;
    yield* messagesIn(file);
  } else if (HEAD_KEYS.has(key)) context.head = { ...context.head, [key]: await parsed(file) };
  else await file.value();
}

/** @throws CutOff for what no correction has made JSON */
async function parsed(file: ByteWindow): Promise<unknown> {
  const { text, offset } = await file.value();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new CutOff(offset);
  }
}

async function* messagesIn(file: ByteWindow): AsyncGenerator<ExportEvent> {
  await require(file, OPEN_BRACKET);
  let values: RawValue[] = [];
  let begun = file.offset;
  try {
    for (;;) {
      const byte = file.peekAtHand() ?? (await file.peek());
      if (byte === COMMA) file.step();
      else if (byte === CLOSE_BRACKET) {
        file.step();
        break;
      } else {
        if (byte === undefined || byte === CLOSE_BRACE) throw new CutOff(file.offset);
        values.push(file.valueAtHand() ?? (await file.value()));
      }
      if (values.length >= MOST_MESSAGES || file.offset - begun >= MANY_BYTES) {
        if (values.length > 0) yield { kind: 'messages', values };
        values = [];
        begun = file.offset;
      }
    }
  } catch (error) {
    // Whole messages in front of the place where the file ends.
    if (error instanceof CutOff && values.length > 0) yield { kind: 'messages', values };
    throw error;
  }
  if (values.length > 0) yield { kind: 'messages', values };
}
