import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { Api } from 'telegram';
import { linkAbort } from '../../lib/base/abort.js';
import { MIB } from '../../lib/base/bytes.js';
import { systemClock } from '../../lib/base/clock.js';
import type { UploadedFile } from '../../lib/base/file-parts.js';
import { type Random, systemRandom } from '../../lib/base/random.js';
import { fileOf } from '../../lib/messages/tl/files.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import type { Wait } from '../../lib/pace/wait.js';
import type { StoredFile } from '../../lib/sandbox/files/stored-file.js';
import type { UploadReport } from '../../lib/sandbox/files/uploads.js';
import { type Sandbox, startSandbox } from '../../lib/sandbox/sandbox.js';
import type { Chat } from '../../lib/telegram/chat.js';
import { parseChatRef } from '../../lib/telegram/chat-ref.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import type { TelepiClient } from '../../lib/telegram/client.js';
import { fetchMessage } from '../../lib/telegram/history.js';
import { partSource } from '../../lib/telegram/media.js';
import { sendMedia } from '../../lib/telegram/send.js';
import { inputFile, partUploader } from '../../lib/telegram/upload.js';
import type { TransferOptions } from '../../lib/transfer/transfer.js';
import { clientOf } from './client-of.js';

export interface SourceFile {
  readonly stored: StoredFile;
  readonly messageId: number;
}

type Changes = Partial<Omit<TransferOptions, 'name' | 'size' | 'uploader' | 'clock'>>;

/** Tests of a transfer control time, but the jitter of waits doesn't matter to them. */
const hasty: Random = { ...systemRandom, float: () => 0 };

/** The real client, signed in to a sandbox that holds one document of each size, on its two DCs in turn. */
export class TransferScene {
  /** Never aborts. */
  readonly never = linkAbort().signal;
  /** The waits of the client, emptied by who likes. */
  readonly waits: Wait[] = [];
  readonly files: readonly SourceFile[];
  readonly sandbox: Sandbox;
  readonly client: TelepiClient;
  readonly #source: Chat;
  readonly #target: Chat;
  #lastId = 0n;

  private constructor(
    parts: Pick<TransferScene, 'sandbox' | 'client' | 'files' | 'waits'>,
    chats: [Chat, Chat],
  ) {
    this.sandbox = parts.sandbox;
    this.client = parts.client;
    this.files = parts.files;
    this.waits = parts.waits;
    [this.#source, this.#target] = chats;
  }

  static async start(sizes: readonly number[]): Promise<TransferScene> {
    const sandbox = await startSandbox({ seed: 'transfer' });
    const me = sandbox.world.createUser({ phone: '+999 66 00003', code: '12345', firstName: 'Cy' });
    const channel = (title: string): number =>
      sandbox.world.createChannel({ title, creator: me.id, megagroup: true }).id;
    const [from, to] = [channel('Source'), channel('Target')];
    const files = sizes.map((size, nth) => {
      const mimeType = 'application/octet-stream';
      const dcId = 1 + (nth % 2);
      const stored = sandbox.files.add({ kind: 'document', mimeType, attributes: [], size, dcId });
      const media = { kind: 'document', fileId: stored.id, spoiler: false } as const;
      return { stored, messageId: sandbox.world.post({ chat: from, from: me.id, text: '', media }).id };
    });
    const waits: Wait[] = [];
    const client = await clientOf(sandbox, me, { random: hasty, onWait: (wait) => waits.push(wait) });
    const resolve = (id: number): Promise<Chat> =>
      resolveChat(client, parseChatRef(String(id)), linkAbort().signal);
    return new TransferScene({ sandbox, client, files, waits }, [await resolve(from), await resolve(to)]);
  }

  async close(): Promise<void> {
    await this.client.close();
    await this.sandbox.close();
  }

  async optionsFor({ stored, messageId }: SourceFile, changes: Changes = {}): Promise<TransferOptions> {
    const message = await fetchMessage(this.client, this.#source, messageId, this.never);
    assert.ok(message);
    assert.equal(fileOf(message)?.size, stored.size);
    return {
      name: 'film.mkv',
      size: stored.size,
      fileId: this.#nextId(),
      source: partSource(this.client, this.#source, { message, pick: fileOf }),
      uploader: partUploader(this.client, { connections: 3 }),
      budget: new ByteBudget(64 * MIB),
      signal: this.never,
      clock: systemClock,
      ...changes,
    };
  }

  /** Sends the upload, and returns the file that the sandbox made of it. */
  async send(uploaded: UploadedFile): Promise<StoredFile> {
    const media = new Api.InputMediaUploadedDocument({
      file: inputFile(uploaded),
      mimeType: 'application/octet-stream',
      attributes: [],
      forceFile: true,
    });
    const message = { media, caption: '', entities: [], randomId: this.#nextId(), fits: () => false };
    const id = await sendMedia(this.client, { chat: this.#target, silent: false }, message, this.never);
    const posted = [...this.sandbox.report().sent.values()]
      .flat()
      .findLast((one) => one.id === id && one.fileId);
    return this.sandbox.files.get(posted?.fileId ?? 0n) ?? assert.fail('the sandbox has no such file');
  }

  uploadReport(fileId: bigint): UploadReport | undefined {
    return this.sandbox.report().uploads.find((upload) => upload.fileId === fileId.toString());
  }

  async assertSame(sent: StoredFile, { stored }: SourceFile): Promise<void> {
    assert.equal(sent.size, stored.size);
    const due = await this.sandbox.files.sha256(stored);
    assert.ok(due);
    assert.equal(await this.sandbox.files.sha256(sent), due);
  }

  /** Nothing is on its way any more, and nothing new sets out. */
  async assertQuiet(): Promise<void> {
    for (let [last, calm] = ['', 0]; calm < 3; ) {
      await this.client.call(new Api.help.GetNearestDc(), { signal: this.never });
      await setImmediate();
      const now = this.#moved();
      calm = now === last ? calm + 1 : 0;
      last = now;
    }
    const { uploadsInFlight, downloadsInFlight } = this.sandbox.report();
    assert.deepEqual([uploadsInFlight, downloadsInFlight], [0, 0]);
  }

  #moved(): string {
    const { uploadsInFlight, downloadsInFlight, weather } = this.sandbox.report();
    const requests = Object.entries(weather.requests).filter(([method]) => method.startsWith('upload.'));
    return JSON.stringify({ uploadsInFlight, downloadsInFlight, requests });
  }

  #nextId(): bigint {
    this.#lastId += 1n;
    return this.#lastId;
  }
}
