import { BinaryReader } from 'telegram/extensions/BinaryReader.js';
import { returnBigInt as bigInt } from 'telegram/Helpers.js';
import { Api } from 'telegram/tl/index.js';
import type { MessageDocument, PostDocument, ServiceDocument } from '../../lib/messages/document/document.js';
import { documentOf } from '../../lib/messages/tl/document/document.js';
import type { ReadingContext } from '../../lib/messages/tl/document/head.js';
import type { PostFields, ServiceFields } from '../../lib/messages/tl/document/message-fields.js';

/** A channel, whose marked id is -1000000000001. */
export const CHANNEL = new Api.PeerChannel({ channelId: bigInt(1) });
export const CHANNEL_ID = -1_000_000_000_001;

/** A message as it comes over the wire, where absent fields are null. */
export function receivedPost(fields: Partial<PostFields>): Api.Message {
  return overTheWire(new Api.Message({ id: 7, peerId: CHANNEL, date: 100, message: '', ...fields }));
}

export function receivedService(fields: Partial<ServiceFields>): Api.MessageService {
  return overTheWire(new Api.MessageService({ id: 7, peerId: CHANNEL, date: 100, ...fields }));
}

export function postDocument(fields: Partial<PostFields>, context?: ReadingContext): PostDocument {
  const document = documentOf(receivedPost(fields), context);
  if (document.kind !== 'message') throw new Error(document.kind);
  return document;
}

export function serviceDocument(fields: Partial<ServiceFields>, context?: ReadingContext): ServiceDocument {
  const document = documentOf(receivedService(fields), context);
  if (document.kind !== 'service') throw new Error(document.kind);
  return document;
}

/** A document as it is read from a file or a database. */
export function throughJson(document: MessageDocument): unknown {
  return JSON.parse(JSON.stringify(document));
}

/** A message as its receiver has it. */
export function overTheWire<Message extends { getBytes(): Buffer }>(message: Message): Message {
  return new BinaryReader(message.getBytes()).tgReadObject() as Message;
}
