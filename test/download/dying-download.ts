// A download in a process of its own, which kills itself at a chosen step: before or after anything durable.
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import type { ServerAddress } from '../../lib/base/server-address.js';
import type { StoreWriter } from '../../lib/store/store-writer.js';
import { connectedClient, memorySessionStore } from '../support/client-of.js';
import { chatOrder, downloadScene } from '../support/download-scene.js';

/** As JSON in the first argument. */
export interface DyingDownload {
  readonly server: ServerAddress & { readonly publicKeyPem: string };
  readonly session: string;
  readonly accountId: number;
  readonly chatId: number;
  readonly folder: string;
  readonly dataDir: string;
  readonly dedupe: 'skip' | 'link' | 'copy';
  /** From 1; 0: it lives. */
  readonly dieAt: number;
}

const order = JSON.parse(process.argv[2] ?? '') as DyingDownload;
let steps = 0;

function step(): void {
  steps += 1;
  if (steps === order.dieAt) process.kill(process.pid, 'SIGKILL');
}

type Call = (...args: never[]) => Promise<unknown>;

function stepping<T extends object>(target: T): T {
  return new Proxy(target, {
    get(object, name) {
      const call = Reflect.get(object, name, object) as Call;
      return async (...args: never[]) => {
        step();
        const result = await call.apply(object, args);
        step();
        return result;
      };
    },
  });
}

const patched = fsPromises as unknown as Record<string, Call>;
for (const name of ['link', 'unlink', 'rm', 'rename', 'open', 'copyFile']) {
  const real = patched[name] as Call;
  patched[name] = async (...args: never[]) => {
    const result = await real.apply(fsPromises, args);
    step();
    return result;
  };
}
syncBuiltinESMExports();

const ends: (() => unknown)[] = [];
const client = await connectedClient({ server: order.server } as never, {
  session: memorySessionStore(order.session),
});
const scene = await downloadScene(
  { after: (end) => ends.push(end as () => unknown) },
  { client, me: { id: order.accountId } as never },
  order,
);
const chat = await chatOrder({ client }, { id: order.chatId, username: undefined });
const store = { db: scene.store.db, writer: stepping<StoreWriter>(scene.store.writer) };
const { summary, error } = await scene.run([chat], { store, dedupe: order.dedupe, onEvent: () => step() });
await client.close();
for (const end of ends) await end();
process.stdout.write(JSON.stringify({ steps, summary, error: error === undefined ? null : String(error) }));
