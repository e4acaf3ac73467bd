// The client of an idle run, in a process of its own: does what its parent asks over the channel between them, and
// reports what it hears.
import { inspect } from 'node:util';
import { Api } from 'telegram';
import { linkAbort } from '../../lib/base/abort.js';
import { MIB } from '../../lib/base/bytes.js';
import { systemClock } from '../../lib/base/clock.js';
import type { Log, LogFields } from '../../lib/base/log.js';
import { fileOf } from '../../lib/messages/tl/files.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import type { TelepiClient } from '../../lib/telegram/client.js';
import { fetchMessage } from '../../lib/telegram/history.js';
import { partSource } from '../../lib/telegram/media.js';
import { sendMedia } from '../../lib/telegram/send.js';
import { inputFile, partUploader } from '../../lib/telegram/upload.js';
import { transferFile } from '../../lib/transfer/transfer.js';
import { clientOf } from '../support/client-of.js';
import { collectGarbage } from '../support/collect-garbage.js';
import { textsOf } from '../support/pushed-texts.js';
import type { Order, Orders, Report, Vitals } from './idle-orders.js';

/** As `telepi run` has them. */
const UPLOAD_CONNECTIONS = 8;
const BUDGET_BYTES = 64 * MIB;

class IdleClient {
  readonly #never = linkAbort().signal;
  #client: TelepiClient | undefined;

  readonly orders: { readonly [Name in keyof Orders]: (ask: Orders[Name]['ask']) => Promise<unknown> } = {
    connect: async ({ server, phone, code }) => {
      this.#client = await clientOf({ server }, { phone, code }, { log: reportingLog });
      this.#client.pushes.listen((update) => {
        for (const text of textsOf(update)) report({ kind: 'push', text });
      });
      return null;
    },
    carry: (ask) => this.#carry(ask),
    call: async () => {
      await this.#connected.call(new Api.help.GetNearestDc(), { signal: this.#never });
      return null;
    },
    vitals: async (ask) => {
      if (ask.collectGarbage) collectGarbage();
      return vitals();
    },
    close: async () => {
      await this.#connected.close();
      return null;
    },
  };

  get #connected(): TelepiClient {
    if (!this.#client) throw new Error('The client is not connected yet.');
    return this.#client;
  }

  async #carry({ source, messageId, target, fileId }: Orders['carry']['ask']): Promise<number> {
    const client = this.#connected;
    const signal = this.#never;
    const from = await resolveChat(client, { kind: 'id', id: source }, signal);
    const to = await resolveChat(client, { kind: 'id', id: target }, signal);
    const message = await fetchMessage(client, from, messageId, signal);
    const file = message && fileOf(message);
    if (!file) throw new Error(`Message ${messageId} has no file.`);
    const uploaded = await transferFile({
      name: file.name,
      size: file.size,
      fileId: BigInt(fileId),
      source: partSource(client, from, { message, pick: fileOf }),
      uploader: partUploader(client, { connections: UPLOAD_CONNECTIONS }),
      budget: new ByteBudget(BUDGET_BYTES),
      signal,
      clock: systemClock,
    });
    const media = new Api.InputMediaUploadedDocument({
      file: inputFile(uploaded),
      mimeType: 'application/octet-stream',
      attributes: [],
      forceFile: true,
    });
    const copy = { media, caption: '', entities: [], randomId: BigInt(fileId), fits: () => false };
    return sendMedia(client, { chat: to, silent: false }, copy, signal);
  }
}

function vitals(): Vitals {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  return { rssBytes: rss, heapBytes: heapUsed, resources, cpuSeconds: (user + system) / 1e6 };
}

const reportingLog: Log = {
  debug: () => {},
  info: () => {},
  warn: (event, fields) => reportLine('warn', event, fields),
  error: (event, fields) => reportLine('error', event, fields),
};

function reportLine(level: string, event: string, fields: LogFields = {}): void {
  report({
    kind: 'log',
    line: `${level} ${event} ${inspect(fields, { breakLength: Number.POSITIVE_INFINITY })}`,
  });
}

function report(what: Report): void {
  if (process.connected) process.send?.(what);
}

function serve({ orders }: IdleClient): void {
  process.on('unhandledRejection', (reason) =>
    report({ kind: 'trouble', what: `an unhandled rejection: ${inspect(reason)}` }),
  );
  process.on('warning', (warning) =>
    report({ kind: 'trouble', what: `a warning of Node's: ${warning.stack}` }),
  );
  process.on('disconnect', () => void orders.close(null).catch(() => {}));
  process.on('message', ({ id, name, ask }: Order) => {
    const order = orders[name] as (ask: unknown) => Promise<unknown>;
    order(ask).then(
      (value) => report({ kind: 'answer', id, value }),
      (error: unknown) => report({ kind: 'failed', id, error: inspect(error) }),
    );
  });
}

serve(new IdleClient());
