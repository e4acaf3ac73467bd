// The driver that is TelePi itself: its client, its streams, its budget, without history and ledger.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Api } from 'telegram';
import { systemClock } from '../../lib/base/clock.js';
import { silentLog } from '../../lib/base/log.js';
import { systemRandom } from '../../lib/base/random.js';
import { type FileOfMessage, fileOf } from '../../lib/messages/tl/files.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import type { Chat } from '../../lib/telegram/chat.js';
import { parseChatRef } from '../../lib/telegram/chat-ref.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import type { TelepiClient } from '../../lib/telegram/client.js';
import { connectTelegram } from '../../lib/telegram/connect.js';
import { fetchMessage, readPages } from '../../lib/telegram/history.js';
import { downloadParts } from '../../lib/telegram/iter-download.js';
import { partSource } from '../../lib/telegram/media.js';
import { sendMedia } from '../../lib/telegram/send.js';
import { stringSessionStore } from '../../lib/telegram/session-store.js';
import { inputFile, partUploader } from '../../lib/telegram/upload.js';
import { type PartSource, transferFile } from '../../lib/transfer/transfer.js';
import { lineReader } from '../process/lines.js';
import type { TransferTask, Tuning } from './task.js';

const MB = 1_000_000;
/** The values of `telepi run`. */
const DEFAULTS = { bufferBytes: 500 * MB, connections: 8, slots: 10 } as const;

const signal = new AbortController().signal;
const lines = lineReader(process.stdin);
const task = JSON.parse(await lines.next()) as TransferTask;
const client = await connectTelegram({
  apiId: task.apiId,
  apiHash: task.apiHash,
  session: stringSessionStore(task.session),
  ...(task.server && { server: task.server }),
  testDc: task.testDc === true,
  log: silentLog,
  clock: systemClock,
  random: systemRandom,
  signal,
});
const chatOf = (id: number): Promise<Chat> => resolveChat(client, parseChatRef(String(id)), signal);
const [source, target] = [await chatOf(task.source.chatId), await chatOf(task.target.chatId)];
const budget = new ByteBudget(task.tuning.bufferBytes ?? DEFAULTS.bufferBytes);
tell({ event: 'ready' });
await lines.next();
const loop = monitorEventLoopDelay({ resolution: 10 });
loop.enable();
const messages = task.reads ? await readAll() : undefined;
for (const messageId of task.messageIds) await carry(messageId);
loop.disable();
const loopDelay = { p99: loop.percentile(99) / 1e6, max: loop.max / 1e6 };
tell({ event: 'done', heldBytes: budget.peakBytes, loopDelay, messages });
await lines.next().catch(() => undefined);
await client.close();

/** The history in pages of 100, one after another: the most that messages.getHistory gives. */
async function readAll(): Promise<number> {
  let count = 0;
  for await (const page of readPages(client, source, { afterId: 0 }, signal)) count += page.length;
  return count;
}

async function carry(messageId: number): Promise<void> {
  const message = await fetchMessage(client, source, messageId, signal);
  const file = message && fileOf(message);
  if (!message || !file) throw new Error(`Message ${messageId} has no file.`);
  const { connections = DEFAULTS.connections, slots = DEFAULTS.slots } = task.tuning;
  const uploaded = await transferFile({
    name: file.name,
    size: file.size,
    fileId: systemRandom.bytes(8).readBigInt64LE(),
    source: tunedSource(client, message, file, task.tuning),
    uploader: partUploader(client, { connections }),
    budget,
    slots,
    signal,
    clock: systemClock,
  });
  const attributes = [new Api.DocumentAttributeFilename({ fileName: file.name })];
  const media = new Api.InputMediaUploadedDocument({
    file: inputFile(uploaded),
    mimeType: 'application/octet-stream',
    attributes,
    forceFile: true,
  });
  const randomId = systemRandom.bytes(8).readBigInt64LE();
  const copy = { media, caption: message.message, entities: [], randomId, fits: () => false };
  await sendMedia(client, { chat: target, silent: false }, copy, signal);
}

/** The clone's own source, unless one of its settings is varied. */
function tunedSource(
  telepi: TelepiClient,
  message: Api.Message,
  { location, dcId, size }: FileOfMessage,
  { connections, window }: Tuning,
): PartSource {
  if (connections !== undefined) telepi.parts.allow('download', connections);
  if (window === undefined) return partSource(telepi, source, { message, pick: fileOf });
  return {
    open: (range, lease, ending) =>
      downloadParts(telepi, location, { ...range, dcId, size, lease, window, signal: ending }),
  };
}

function tell(event: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}
