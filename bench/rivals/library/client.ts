// A driver that uses only the library, loaded from a folder of its own: `node client.js stream|disk <folder>`.
import { createHash, createPublicKey } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Api as ApiTypes, TelegramClient as Client } from 'telegram';
import type { TransferTask } from '../../clients/task.js';
import { lineReader } from '../../process/lines.js';

type Library = typeof import('telegram');

const PART_SIZE = 512 * 1024;
const UPLOADS = 10;
const DOWNLOADS = 5;
const PAGE = 100;

const [way, prefix = ''] = process.argv.slice(2);
const load = createRequire(join(prefix, 'package.json'));
const { Api, TelegramClient, helpers, sessions } = load('teleproto') as Library;
const lines = lineReader(process.stdin);
const task = JSON.parse(await lines.next()) as TransferTask;
if (task.server) trust(task.server.publicKeyPem);
const session = new sessions.StringSession(task.session);
const client: Client = new TelegramClient(session, task.apiId, task.apiHash, {});
client.setLogLevel('none' as Parameters<Client['setLogLevel']>[0]);
await client.connect();
const [source, target] = [channel(task.source), channel(task.target)];
tell('ready');
await lines.next();
const messages = task.reads ? await readAll() : undefined;
if (task.folder !== undefined) await download(task.folder);
else for (const messageId of task.messageIds) await carry(messageId);
tell('done', { messages });
await lines.next().catch(() => undefined);
process.exit();

async function carry(messageId: number): Promise<void> {
  const [message] = await client.getMessages(source, { ids: [messageId] });
  if (!message) throw new Error(`Message ${messageId} is missing.`);
  await (way === 'disk' ? throughDisk(message) : stream(message));
}

async function readAll(): Promise<number> {
  let count = 0;
  for await (const _ of client.iterMessages(source, { waitTime: 0 })) count += 1;
  return count;
}

/** Five files at once, each by the library's own downloadMedia. */
async function download(folder: string): Promise<void> {
  const waiting: ApiTypes.Message[] = [];
  for (let start = 0; start < task.messageIds.length; start += PAGE) {
    const ids = task.messageIds.slice(start, start + PAGE);
    waiting.push(...(await client.getMessages(source, { ids })));
  }
  const lane = async (): Promise<void> => {
    for (let message = waiting.shift(); message; message = waiting.shift()) {
      await client.downloadMedia(message, { outputFile: join(folder, `${message.id}.bin`) });
    }
  };
  await Promise.all(Array.from({ length: DOWNLOADS }, lane));
}

/** One part after another down, ten at once up. */
async function stream(message: ApiTypes.Message): Promise<void> {
  const { document } = message.media as ApiTypes.MessageMediaDocument;
  if (!(document instanceof Api.Document)) throw new Error('No document.');
  const fileTotalParts = Math.ceil(Number(document.size) / PART_SIZE);
  const fileId = helpers.generateRandomLong();
  const sending = new Set<Promise<void>>();
  let filePart = 0;
  for await (const bytes of client.iterDownload(message, { requestSize: PART_SIZE })) {
    if (sending.size >= UPLOADS) await Promise.race(sending);
    const request = new Api.upload.SaveBigFilePart({ fileId, filePart, fileTotalParts, bytes });
    const sent: Promise<void> = client.invoke(request).then((saved) => {
      if (!saved) throw new Error('A part was refused.');
      sending.delete(sent);
    });
    sending.add(sent);
    filePart += 1;
  }
  await Promise.all(sending);
  const file = new Api.InputFileBig({ id: fileId, parts: fileTotalParts, name: 'file.bin' });
  const { mimeType, attributes } = document;
  const media = new Api.InputMediaUploadedDocument({ file, mimeType, attributes, forceFile: true });
  const randomId = helpers.generateRandomLong();
  await client.invoke(
    new Api.messages.SendMedia({ peer: target, media, message: message.message, randomId }),
  );
}

async function throughDisk(message: ApiTypes.Message): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'telepi-bench-disk-'));
  try {
    const path = join(folder, 'file.bin');
    await client.downloadMedia(message, { outputFile: path });
    await client.sendFile(target, {
      file: path,
      caption: message.message,
      forceDocument: true,
      workers: UPLOADS,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function channel({ channelId, accessHash }: TransferTask['source']): ApiTypes.InputPeerChannel {
  const long = (text: string) => helpers.returnBigInt(text);
  return new Api.InputPeerChannel({ channelId: long(channelId), accessHash: long(accessHash) });
}

/** The library identifies server keys by the lower 64 bits of the SHA-1 of rsa_public_key. */
function trust(pem: string): void {
  const { n = '', e = '' } = createPublicKey(pem).export({ format: 'jwk' });
  const [modulus, exponent] = [Buffer.from(n, 'base64url'), Buffer.from(e, 'base64url')];
  const bare = Buffer.concat([
    Buffer.from([254, 0, 1, 0]),
    modulus,
    Buffer.from([exponent.length]),
    exponent,
  ]);
  const fingerprint = createHash('sha1').update(bare).digest().readBigInt64LE(12);
  const { _serverKeys } = load('teleproto/crypto/RSA') as typeof import('telegram/crypto/RSA.js');
  const long = (bytes: Buffer) => helpers.readBigIntFromBuffer(bytes, false);
  _serverKeys.set(String(fingerprint), { n: long(modulus), e: exponent.readUIntBE(0, exponent.length) });
}

function tell(event: string, more: Readonly<Record<string, unknown>> = {}): void {
  process.stdout.write(`${JSON.stringify({ event, ...more })}\n`);
}
