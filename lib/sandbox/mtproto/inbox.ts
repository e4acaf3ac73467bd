import { RpcError } from '../rpc.js';
import type { Connection } from '../wire/connection.js';
import { Tl } from './constructors.js';
import type { Dispatcher } from './dispatcher.js';
import { isGzipPacked, unpackGzip } from './gzip.js';
import { BadMsg, checkTime } from './message-rules.js';
import { handleService, isNeverContent, isServiceMessage, type ServiceContext } from './service-messages.js';
import type { Session } from './session.js';
import { TlReader } from './tl-bytes.js';

/** One message of a client, out of its packet or container. */
export interface ClientMessage {
  readonly msgId: bigint;
  readonly seqno: number;
  readonly body: Buffer;
}

/** The most messages that a container may hold. */
const MAX_IN_CONTAINER = 1020;

export interface InboxOptions {
  readonly dispatcher: Dispatcher;
  readonly service: ServiceContext;
}

/** Judges a client's messages, opens containers, and passes each message on to its handler. */
export class Inbox {
  readonly #options: InboxOptions;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /** Takes a whole packet's message, with the salt that it came under. */
  receive(session: Session, connection: Connection, message: ClientMessage, salt: bigint): void {
    const { msgId, seqno, body } = message;
    const late = checkTime(msgId, session.now());
    if (late !== undefined) session.refuse(msgId, seqno, late);
    else if (!session.isValidSalt(salt)) session.refuse(msgId, seqno, BadMsg.badSalt);
    else if (isContainer(body)) this.#openContainer(session, connection, message);
    else this.#take(session, connection, message);
  }

  #openContainer(session: Session, connection: Connection, { msgId, seqno, body }: ClientMessage): void {
    const verdict = session.received.receive({ msgId, seqno, content: false });
    if (verdict !== 'new') {
      session.refuse(msgId, seqno, verdict === 'seen' ? BadMsg.containerIdSeen : verdict);
      return;
    }
    const messages = readContainer(body);
    if (!messages || messages.some((inner) => inner.msgId >= msgId || isContainer(inner.body))) {
      session.refuse(msgId, seqno, BadMsg.badContainer);
      return;
    }
    for (const message of messages) this.#take(session, connection, message);
  }

  #take(session: Session, connection: Connection, message: ClientMessage): void {
    const { msgId, seqno } = message;
    const body = unpacked(message.body);
    const service = isServiceMessage(body);
    const verdict = session.received.receive({ msgId, seqno, content: contentOf(body, service) });
    if (verdict === 'new') session.announce(msgId);
    if (typeof verdict === 'number') session.refuse(msgId, seqno, verdict);
    else if (isCopy(body)) this.#takeCopy(session, connection, { msgId, seqno, body });
    else if (service) handleService({ session, connection, msgId, body }, this.#options.service);
    else if (verdict === 'new' || session.outbox.hasForgottenAnswerTo(msgId)) {
      this.#options.dispatcher.dispatch({ session, connection, msgId, body });
    } else session.repeatAnswerTo(msgId);
  }

  /** msg_copy: a message that was sent before, inside a new one. */
  #takeCopy(session: Session, connection: Connection, { msgId, seqno, body }: ClientMessage): void {
    const [original] = readMessages(new TlReader(body, 4), 1) ?? [];
    if (original && !isContainer(original.body) && !isCopy(original.body)) {
      this.#take(session, connection, original);
    } else session.refuse(msgId, seqno, BadMsg.badContainer);
  }
}

/** A message out of its gzip_packed. If it can't be unpacked, it is refused as the request that it may have been. */
function unpacked(body: Buffer): Buffer {
  try {
    return isGzipPacked(body) ? unpackGzip(body) : body;
  } catch (error) {
    if (error instanceof RpcError) return body;
    throw error;
  }
}

function contentOf(body: Buffer, service: boolean): boolean | undefined {
  if (isCopy(body)) return undefined;
  if (!service) return true;
  return isNeverContent(body) ? false : undefined;
}

function isContainer(body: Buffer): boolean {
  return body.length >= 4 && body.readUInt32LE(0) === Tl.msg_container;
}

function isCopy(body: Buffer): boolean {
  return body.length >= 4 && body.readUInt32LE(0) === Tl.msg_copy;
}

function readContainer(body: Buffer): ClientMessage[] | undefined {
  if (body.length < 8) return undefined;
  const count = body.readInt32LE(4);
  return count < 0 || count > MAX_IN_CONTAINER ? undefined : readMessages(new TlReader(body, 8), count);
}

function readMessages(reader: TlReader, count: number): ClientMessage[] | undefined {
  try {
    const messages: ClientMessage[] = [];
    for (let i = 0; i < count; i++) {
      const msgId = reader.long();
      const seqno = reader.int();
      messages.push({ msgId, seqno, body: reader.raw(reader.int()) });
    }
    return reader.remaining === 0 ? messages : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
