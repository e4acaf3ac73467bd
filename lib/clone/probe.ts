import { Api } from 'telegram/tl/index.js';
import { classify } from '../refusals/classify.js';
import { NoAnswerError, TelegramError } from '../refusals/telegram-error.js';
import { toLong } from '../telegram/long.js';
import type { Run } from './run.js';

const ATTEMPTS = 3;
const PROBE = Buffer.from('TelePi asks whether files are taken.\n');

/**
 * Calls that concern no message and that nobody sees. `upload`: uploads a small file of our own and has the server make
 * its file of it (messages.uploadMedia). `read`: reads it back, too. `text`: messages.setTyping in the target.
 */
export type Probe = 'upload' | 'read' | 'text';

/**
 * Whether the server answers a probe well. A probe that gets no answer because its connection was lost is made again,
 * at most twice.
 */
export async function servesOthers(
  run: Pick<Run, 'client' | 'target' | 'random' | 'signal'>,
  probe: Probe,
): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await (probe === 'text' ? showTyping(run) : uploadOwn(run, probe === 'read'));
      return true;
    } catch (error) {
      run.signal.throwIfAborted();
      if (error instanceof NoAnswerError && attempt < ATTEMPTS) continue;
      // A permanent refusal is an answer too.
      return error instanceof TelegramError && classify(error).kind === 'permanent';
    }
  }
}

async function uploadOwn(
  { client, random, signal }: Pick<Run, 'client' | 'random' | 'signal'>,
  thenRead: boolean,
): Promise<void> {
  const once = { signal, dcId: undefined };
  const id = toLong(random.bytes(8).readBigInt64LE());
  await client.callOnce(new Api.upload.SaveFilePart({ fileId: id, filePart: 0, bytes: PROBE }), once);
  const file = new Api.InputFile({ id, parts: 1, name: 'probe.txt', md5Checksum: '' });
  const media = new Api.InputMediaUploadedDocument({ file, mimeType: 'text/plain', attributes: [] });
  const peer = new Api.InputPeerSelf();
  const made = await client.callOnce(new Api.messages.UploadMedia({ peer, media }), once);
  if (!thenRead || !('document' in made) || !(made.document instanceof Api.Document)) return;
  const { id: documentId, accessHash, fileReference } = made.document;
  const location = new Api.InputDocumentFileLocation({
    id: documentId,
    accessHash,
    fileReference,
    thumbSize: '',
  });
  await client.callOnce(new Api.upload.GetFile({ location, offset: toLong(0), limit: 4096 }), once);
}

async function showTyping({
  client,
  target,
  signal,
}: Pick<Run, 'client' | 'target' | 'signal'>): Promise<void> {
  const action = new Api.SendMessageTypingAction();
  await client.callOnce(new Api.messages.SetTyping({ peer: target.peer, action }), {
    signal,
    dcId: undefined,
  });
}
