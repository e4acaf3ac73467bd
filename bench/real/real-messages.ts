import { Api } from 'telegram';
import { FailedError } from '../../lib/base/errors.js';
import { type FileOfMessage, fileOf } from '../../lib/messages/tl/files.js';
import type { Chat } from '../../lib/telegram/chat.js';
import type { TelepiClient } from '../../lib/telegram/client.js';
import { newestMessages } from '../../lib/telegram/history.js';
import type { PeerFacts } from '../server/messages.js';

export interface FileMessage {
  readonly message: Api.Message;
  readonly file: FileOfMessage;
}

const LOOKED_AT = 100;

/** The largest document among the chat's newest messages. */
export async function largestFile(client: TelepiClient, chat: Chat): Promise<FileMessage> {
  const [largest] = (await filesOf(client, chat)).sort((one, other) => other.file.size - one.file.size);
  if (largest) return largest;
  throw new FailedError(
    'NO_FILE',
    `None of the newest ${LOOKED_AT} messages of ${chat.title} is a document: send one there.`,
  );
}

export async function newestFile(client: TelepiClient, chat: Chat): Promise<FileMessage> {
  const [newest] = await filesOf(client, chat);
  if (newest) return newest;
  throw new FailedError('NO_FILE', `${chat.title} got no file.`);
}

/** The form in which drivers of other languages refer to it; they accept only channels and supergroups. */
export function peerOf({ id, peer }: Chat): PeerFacts {
  const channel = peer instanceof Api.InputPeerChannel;
  return {
    chatId: id,
    channelId: channel ? String(peer.channelId) : '0',
    accessHash: channel ? String(peer.accessHash) : '0',
  };
}

/** Newest first. */
async function filesOf(client: TelepiClient, chat: Chat): Promise<FileMessage[]> {
  const newest = await newestMessages(client, chat, LOOKED_AT, new AbortController().signal);
  return newest.flatMap((message) => {
    if (!(message instanceof Api.Message)) return [];
    const file = fileOf(message);
    return file?.kind === 'document' ? [{ message, file }] : [];
  });
}
