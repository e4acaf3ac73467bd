import { Api } from 'telegram/tl/index.js';
import { MIB } from '../../base/bytes.js';
import { ZoneClock } from '../../base/zone-clock.js';
import { RpcError } from '../rpc.js';
import { type HistoryHead, readHead, readHistory } from '../text/history-file.js';
import { fromLong, toLong } from '../tl.js';
import { hasRight } from '../world/chats.js';
import type { HistoryImport } from '../world/history-import.js';
import { finishImports, importsOf } from '../world/imports.js';
import type { Media } from '../world/message.js';
import type { Account } from '../world/model.js';
import type { PeerId } from '../world/peer-id.js';
import { badRequest, type Call, type MethodContext, type MethodGroup } from './context.js';
import { mediaOf } from './input-media.js';
import { peerOf } from './peers.js';
import { tlMedia } from './tl-media.js';
import { uploadedFileRef } from './upload.js';

/** The largest text file; Telegram publishes no number. */
const LARGEST_FILE = 32 * MIB;

/**
 * core.telegram.org/api/import: the history of another messenger becomes messages of a chat, with their own dates and
 * their authors' names. A text file is announced, its media are uploaded under the names that it gives them, and one
 * call starts it all, once.
 */
export function historyImportMethods(context: MethodContext): MethodGroup {
  return {
    usersOnly: {
      'messages.CheckHistoryImport': ({ importHead }: Api.messages.CheckHistoryImport) =>
        parsed(headOf(importHead)),
      'messages.CheckHistoryImportPeer': ({ peer }: Api.messages.CheckHistoryImportPeer, { me }) =>
        new Api.messages.CheckedHistoryImportPeer({
          confirmText: `Import messages into ${nameOf(context, targetOf(context, me.id, peer))}?`,
        }),
      'messages.InitHistoryImport': (request: Api.messages.InitHistoryImport, call) =>
        begin(context, request, call),
      'messages.UploadImportedMedia': (request: Api.messages.UploadImportedMedia, call) =>
        takeMedia(context, request, call),
      'messages.StartHistoryImport': (request: Api.messages.StartHistoryImport, call) =>
        start(context, request, call),
    },
  };
}

/** IMPORT_FORMAT_UNRECOGNIZED. */
function headOf(text: string): HistoryHead {
  const head = readHead(text);
  if (!head) throw badRequest('IMPORT_FORMAT_UNRECOGNIZED');
  return head;
}

function parsed({ of, title }: HistoryHead): Api.messages.HistoryImportParsed {
  return new Api.messages.HistoryImportParsed({
    pm: of === 'private',
    group: of === 'group',
    ...(title === undefined ? {} : { title }),
  });
}

/**
 * The chat into which the account may import: a private chat with a mutual contact, or a supergroup whose info it may
 * change. USER_NOT_MUTUAL_CONTACT, CHAT_ADMIN_REQUIRED, IMPORT_PEER_TYPE_INVALID, PEER_ID_INVALID and the like.
 */
function targetOf({ world }: MethodContext, userId: number, input: unknown): PeerId {
  const me = world.account(userId);
  if (!me) throw badRequest('PEER_ID_INVALID');
  const peer = peerOf(world, me, input);
  const other = world.account(peer);
  if (other) {
    if (other.id === me.id || other.kind === 'bot') throw badRequest('IMPORT_PEER_TYPE_INVALID');
    const mutual = me.contacts.has(other.id) && other.contacts.has(me.id);
    if (!mutual) throw badRequest('USER_NOT_MUTUAL_CONTACT');
    return peer;
  }
  const chat = world.chat(peer);
  if (chat?.kind !== 'supergroup' || chat.monoforum) throw badRequest('IMPORT_PEER_TYPE_INVALID');
  if (!hasRight(chat.members.get(me.id), 'changeInfo')) throw badRequest('CHAT_ADMIN_REQUIRED');
  return peer;
}

function nameOf({ world }: MethodContext, peer: PeerId): string {
  return world.chat(peer)?.title ?? world.account(peer)?.firstName ?? '';
}

/**
 * IMPORT_FILE_INVALID for one that is too large or isn't UTF-8, IMPORT_FORMAT_UNRECOGNIZED,
 * IMPORT_FORMAT_DATE_INVALID; IMPORT_PEER_TYPE_INVALID for a group's history in a private chat and vice versa;
 * PREVIOUS_CHAT_IMPORT_ACTIVE_WAIT_XMIN while messages of an import come into the chat. Dates are read by the account's
 * clock, as a user has measured in August 2026.
 */
function begin(
  context: MethodContext,
  request: Api.messages.InitHistoryImport,
  call: Call,
): Api.messages.HistoryImport {
  const { world } = context;
  const { me } = call;
  const peer = targetOf(context, me.id, request.peer);
  const imports = importsOf(world);
  if ([...imports.values()].some((one) => one.started && one.peer === peer)) {
    throw new RpcError(406, 'PREVIOUS_CHAT_IMPORT_ACTIVE_WAIT_1MIN');
  }
  const text = textOf(context, request.file, call);
  const { of } = headOf(text);
  if ((of === 'group' && peer > 0) || (of === 'private' && peer < 0)) {
    throw badRequest('IMPORT_PEER_TYPE_INVALID');
  }
  const read = readHistory(text);
  if (typeof read === 'string') throw badRequest(read);
  const utcOf = utcReader(me);
  const lines = read.map((line) => ({ ...line, date: utcOf(line.date) }));
  const id = context.random.bytes(8).readBigUInt64BE() >> 1n;
  imports.set(id, { id, userId: me.id, peer, lines, files: new Map(), started: false });
  world.touch();
  return new Api.messages.HistoryImport({ id: toLong(id) });
}

/** What an account's wall clock shows, in seconds, as unix time. */
function utcReader({ zone, utcOffset = 0 }: Account): (shown: number) => number {
  if (zone === undefined) return (shown) => shown - utcOffset;
  const clock = new ZoneClock(zone);
  return (shown) => shown - clock.aheadAt(shown - clock.aheadAt(shown));
}

function textOf({ files }: MethodContext, input: Api.TypeInputFile, { me, caller }: Call): string {
  const uploader = { userId: me.id, keyId: caller.key.id, premium: me.premium };
  const as = { kind: 'document', dcId: me.dcId, mimeType: 'text/plain', attributes: [] } as const;
  const file = files.finish(uploader, uploadedFileRef(input), as);
  const bytes = file.size > LARGEST_FILE ? undefined : files.read(file, 0, file.size);
  if (!bytes) throw badRequest('IMPORT_FILE_INVALID');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw badRequest('IMPORT_FILE_INVALID');
    throw error;
  }
}

/** An import of this account and chat that wasn't started. IMPORT_ID_INVALID. */
function pendingOf(
  context: MethodContext,
  call: Call,
  request: Pick<Api.messages.StartHistoryImport, 'peer' | 'importId'>,
): HistoryImport {
  const peer = targetOf(context, call.me.id, request.peer);
  const one = importsOf(context.world).get(fromLong(request.importId));
  if (!one || one.started || one.userId !== call.me.id || one.peer !== peer) {
    throw badRequest('IMPORT_ID_INVALID');
  }
  return one;
}

/** A file under a name that came before takes its place. MEDIA_INVALID, and what an upload may be refused for. */
function takeMedia(
  context: MethodContext,
  request: Api.messages.UploadImportedMedia,
  call: Call,
): Api.TypeMessageMedia {
  const one = pendingOf(context, call, request);
  const media = mediaOf(context, call, request.media, one.peer);
  if (media.kind !== 'photo' && media.kind !== 'document') throw badRequest('MEDIA_INVALID');
  one.files.set(request.fileName, isTakenOver(context, media) ? { media } : {});
  context.world.touch();
  return tlMedia(context, call.me, media, undefined);
}

/** Users report that animated stickers are accepted, and leave empty messages. */
function isTakenOver({ files }: MethodContext, media: Media & { readonly fileId: bigint }): boolean {
  return files.get(media.fileId)?.mimeType !== 'application/x-tgsticker';
}

/** Once: an import that was started has no id any more. */
function start(context: MethodContext, request: Api.messages.StartHistoryImport, call: Call): true {
  const one = pendingOf(context, call, request);
  one.started = true;
  if (!context.world.holdsImports) finishImports(context.world);
  context.world.touch();
  return true;
}
