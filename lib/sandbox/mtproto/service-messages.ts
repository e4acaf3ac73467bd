import type { Connection } from '../wire/connection.js';
import { Tl } from './constructors.js';
import type { KeyStore } from './key-store.js';
import { futureSalts } from './salts.js';
import type { Session } from './session.js';
import type { SessionTable } from './session-table.js';
import { TlReader, TlWriter } from './tl-bytes.js';

export interface ServiceContext {
  readonly keys: KeyStore;
  readonly sessions: SessionTable;
}

export interface ServiceMessage {
  readonly session: Session;
  readonly connection: Connection;
  readonly msgId: bigint;
  readonly body: Buffer;
}

type Handler = (message: ServiceMessage, reader: TlReader, context: ServiceContext) => void;

const MAX_FUTURE_SALTS = 64;

/** MTProto's own messages, which are not requests to the API. */
const handlers: ReadonlyMap<number, Handler> = new Map<number, Handler>([
  [Tl.msgs_ack, acknowledge],
  [Tl.ping, (message, reader) => pong(message, reader.long())],
  [Tl.ping_delay_disconnect, pingDelayDisconnect],
  [Tl.get_future_salts, sendFutureSalts],
  [Tl.destroy_session, destroySession],
  [Tl.destroy_auth_key, destroyAuthKey],
  [Tl.rpc_drop_answer, dropAnswer],
  [Tl.msgs_state_req, (message, reader) => sendStates(message, reader.longs())],
  [Tl.msg_resend_req, resend],
  [Tl.msg_resend_ans_req, resendAnswers],
  // Answers by the client to questions that this server never asks, and the long poll of the HTTP transport.
  [Tl.msgs_state_info, () => {}],
  [Tl.msgs_all_info, () => {}],
  [Tl.http_wait, () => {}],
]);

/**
 * Messages that are never acknowledged and so must have an even seqno. Clients differ over the others; mtcute gives odd
 * ones even to its acknowledgements, which Telegram accepts.
 */
const NEVER_CONTENT = new Set<number>([Tl.msgs_state_info, Tl.msgs_all_info, Tl.http_wait]);

export function isServiceMessage(body: Buffer): boolean {
  return handlers.has(kindOf(body));
}

export function isNeverContent(body: Buffer): boolean {
  return NEVER_CONTENT.has(kindOf(body));
}

/** Does what a service message asks for. Throws RangeError when the message is cut short. */
export function handleService(message: ServiceMessage, context: ServiceContext): void {
  handlers.get(kindOf(message.body))?.(message, new TlReader(message.body, 4), context);
}

function kindOf(body: Buffer): number {
  return body.length >= 4 ? body.readUInt32LE(0) : 0;
}

function acknowledge({ session }: ServiceMessage, reader: TlReader): void {
  for (const msgId of reader.longs()) session.outbox.acknowledge(msgId);
}

function pong({ session, msgId }: ServiceMessage, pingId: bigint): void {
  const body = new TlWriter().uint(Tl.pong).long(msgId).long(pingId).finish();
  session.send([body], { content: false, answerTo: msgId });
}

/** The connection closes when no other one comes within the delay. */
function pingDelayDisconnect(message: ServiceMessage, reader: TlReader): void {
  pong(message, reader.long());
  message.connection.closeAfter(reader.int() * 1000);
}

function sendFutureSalts({ session, msgId }: ServiceMessage, reader: TlReader): void {
  const now = session.now();
  const count = Math.min(Math.max(reader.int(), 1), MAX_FUTURE_SALTS);
  const body = new TlWriter().uint(Tl.future_salts).long(msgId).uint(now).uint(count);
  for (const { validSince, validUntil, salt } of futureSalts(session.key.key, now, count)) {
    body.uint(validSince).uint(validUntil).long(salt);
  }
  session.send([body.finish()], { content: false, answerTo: msgId });
}

/** Ends another session of the same key. */
function destroySession(
  { session, msgId }: ServiceMessage,
  reader: TlReader,
  { sessions }: ServiceContext,
): void {
  const id = reader.long();
  const gone = id !== session.id && sessions.destroy(session.key, id);
  const body = new TlWriter().uint(gone ? Tl.destroy_session_ok : Tl.destroy_session_none).long(id);
  session.send([body.finish()], { content: false, answerTo: msgId });
}

/** Forgets the key; the next message under it is answered with transport error -404. */
function destroyAuthKey(
  { session, msgId }: ServiceMessage,
  _reader: TlReader,
  context: ServiceContext,
): void {
  const gone = context.keys.remove(session.key.id);
  const body = new TlWriter().uint(gone.length > 0 ? Tl.destroy_auth_key_ok : Tl.destroy_auth_key_none);
  session.send([body.finish()], { content: false, answerTo: msgId });
  for (const stored of gone) {
    if (stored.owner?.id === stored.id) stored.owner.userId = undefined;
    if (stored.id !== session.key.id) context.sessions.destroyAll(stored.id);
  }
}

/** rpc_drop_answer: a running request continues in silence, a waiting answer is forgotten. */
function dropAnswer({ session, msgId }: ServiceMessage, reader: TlReader): void {
  const requestId = reader.long();
  const answer = session.outbox.answerTo(requestId);
  const body = new TlWriter().uint(Tl.rpc_result).long(msgId);
  if (session.requests.isRunning(requestId)) {
    session.requests.drop(requestId);
    body.uint(Tl.rpc_answer_dropped_running);
  } else if (answer) {
    session.outbox.acknowledge(answer.msgId);
    body.uint(Tl.rpc_answer_dropped).long(answer.msgId).uint(answer.seqno).uint(answer.length);
  } else {
    body.uint(Tl.rpc_answer_unknown);
  }
  session.send([body.finish()], { content: true, answerTo: msgId });
}

/** msg_resend_req: sends the kept messages again, and the state of the rest. */
function resend(message: ServiceMessage, reader: TlReader): void {
  const lost = reader.longs().filter((msgId) => !message.session.repeat(msgId));
  if (lost.length > 0) sendStates(message, lost);
}

/** msg_resend_ans_req: the answers to these requests. */
function resendAnswers(message: ServiceMessage, reader: TlReader): void {
  const { session } = message;
  const lost = reader.longs().filter((requestId) => !session.repeatAnswerTo(requestId));
  if (lost.length > 0) sendStates(message, lost);
}

function sendStates({ session, msgId }: ServiceMessage, msgIds: readonly bigint[]): void {
  const info = Buffer.from(msgIds.map((id) => stateOf(session, id)));
  const body = new TlWriter().uint(Tl.msgs_state_info).long(msgId).string(info).finish();
  session.send([body], { content: false, answerTo: msgId });
}

/** The byte of msgs_state_info: 1 too old to say, 2 not received, 3 can't have been received, 4 received, and flags. */
function stateOf(session: Session, msgId: bigint): number {
  const { low, high } = session.received.range;
  if (!session.received.has(msgId)) {
    if (msgId > high) return 3;
    return msgId < low ? 1 : 2;
  }
  if (!session.requests.has(msgId)) return 4 | 16;
  const answered = session.requests.isRunning(msgId) ? 0 : 64;
  return 4 | 8 | 32 | answered;
}
