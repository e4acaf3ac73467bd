import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type PlanContent, runsOf, sealPlan, writePlan } from '../../lib/erase/plan-file.js';
import type { FillOptions } from '../../lib/sandbox/fill.js';
import type { SandboxOptions } from '../../lib/sandbox/sandbox.js';
import { deleteMessages } from '../../lib/sandbox/world/changing.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { serverIdentity } from '../../lib/telegram/server-key.js';
import { type InProcessOptions, runInProcess } from './in-process.js';
import { loginSettings } from './sandbox-environment.js';
import { openScene, recordsOf, type Scene } from './scene.js';

/** What a plan says of its messages, by the chat's id or that of the group that it used to be. */
export type Planned = ReadonlyMap<number, readonly number[]>;

/** A sandbox, and telepi in this process, signed in: chats are kept, erased and restored. */
export interface RestoreScene extends Scene {
  /** Runs a command as `telepi` does, in this process; a failure that throws comes as `thrown`. */
  call(args: readonly string[], more?: Partial<InProcessOptions>): Promise<Called>;
  /** Keeps a chat's messages and all their files. */
  keep(chat: Chat | 'me'): Promise<void>;
  /** Deletes these messages of the chat for everybody. */
  erase(chat: Pick<Chat, 'id' | 'creator'>, ids: readonly number[]): void;
  /** Writes a plan, as `telepi erase plan` does, and returns its path. */
  plan(chat: Pick<Chat, 'id' | 'title'>, planned: Planned, change?: Partial<PlanContent>): Promise<string>;
  /** The chat's messages now, oldest first. */
  messages(chat: Pick<Chat, 'id' | 'creator'>): readonly Message[];
}

export interface Called {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly thrown?: unknown;
  readonly records: readonly Record<string, unknown>[];
}

export async function openRestoreScene(
  t: TestContext,
  options: SandboxOptions = {},
  fill: FillOptions = { messages: 12, largeFiles: [], edgeSizes: false },
): Promise<RestoreScene> {
  const scene = await openScene(t, options, fill);
  const { sandbox, filled, cwd, connection } = scene;
  const environment = { ...connection, ...loginSettings(filled), MIN_INTERVAL: '0' };
  const call: RestoreScene['call'] = async (args, more) => {
    try {
      const outcome = await runInProcess(args, { cwd, environment, ...more });
      return { ...outcome, records: args.includes('--json') ? recordsOf(outcome.stdout) : [] };
    } catch (thrown) {
      return { status: -1, stdout: '', stderr: '', thrown, records: [] };
    }
  };
  const signIn = await call(['login']);
  if (signIn.status !== 0) throw new Error(`telepi login: ${signIn.stderr}${String(signIn.thrown)}`);
  const messages: RestoreScene['messages'] = ({ id, creator }) => sandbox.world.messagesWith(creator, id);
  const plans = { made: 0 };
  return {
    ...scene,
    call,
    messages,
    async keep(chat) {
      const name = chat === 'me' ? chat : String(chat.id);
      const kept = await call(['download', name, '--media-type', 'all', '--output', join(cwd, 'files')]);
      if (kept.status !== 0)
        throw new Error(`telepi download: ${kept.stderr}${kept.stdout}`, { cause: kept.thrown });
    },
    erase(chat, ids) {
      const wanted = new Set(ids);
      const gone = messages(chat).filter(({ id }) => wanted.has(id));
      sandbox.world.announce(deleteMessages(sandbox.world, gone, {}));
    },
    async plan(chat, planned, change = {}) {
      const ids = [...planned.values()].flat();
      const older = [...planned.keys()].find((id) => id !== chat.id);
      plans.made += 1;
      const path = join(cwd, `plan-${plans.made}.json`);
      const server = { publicKeyPem: sandbox.server.publicKeyPem };
      const content: PlanContent = {
        telepi_erase_plan: 1,
        made: new Date().toISOString(),
        server: serverIdentity({ server, testDc: false }) ?? null,
        account: String(filled.user.id),
        chat: {
          ...{ id: String(chat.id), title: chat.title, type: 'supergroup' },
          ...(older !== undefined && { older: String(older) }),
        },
        ...{ for_everyone: true, others: true, unarchived: false, selection: 'all' },
        counts: { messages: ids.length, own: ids.length, others: 0, by_kind: { text: ids.length } },
        messages: [...planned].map(([id, each]) => ({ chat: String(id), ids: runsOf(each) })),
        ...change,
      };
      await writePlan(path, sealPlan(content));
      return path;
    },
  };
}
