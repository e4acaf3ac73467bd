import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { compareFiles } from '../../bench/real/compare-files.js';
import { largestFile, newestFile } from '../../bench/real/real-messages.js';
import type { Sample } from '../../bench/scenarios/row.js';
import { fillSource } from '../../bench/server/fill-source.js';
import { MIB } from '../../lib/base/bytes.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import { SANDBOX_APP } from '../../lib/sandbox/world/world.js';
import type { Chat } from '../../lib/telegram/chat.js';
import { parseChatRef } from '../../lib/telegram/chat-ref.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import { clientOf, memorySessionStore } from '../support/client-of.js';
import { repositoryRoot } from '../support/paths.js';
import { sandboxEnvironment } from '../support/sandbox-environment.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const signal = new AbortController().signal;

test('real chats are measured with the account in the settings, and the files are compared', async (t) => {
  const cwd = temporaryFolder(t);
  const sandbox = await startSandbox({ seed: 'real' });
  t.after(() => sandbox.close());
  const me = sandbox.world.createUser({ phone: '9996600001', code: '12345', firstName: 'Ann' });
  const session = memorySessionStore();
  const client = await clientOf(sandbox, me, { ...SANDBOX_APP, session });
  t.after(() => client.close());
  const sizes = [MIB, 2 * MIB + 7, 700] as const;
  const source = fillSource(sandbox, me, { kind: 'files', sizes, dcs: 'all' });
  const target = sandbox.world.createChannel({ title: 'Target', creator: me.id, megagroup: true });
  const env = {
    PATH: process.env['PATH'],
    ...(await sandboxEnvironment(sandbox, SANDBOX_APP, cwd)),
    TG_SESSION: session.text ?? '',
    MIN_INTERVAL: '0.05',
  };
  const bench = join(repositoryRoot, 'dist/bench/bench.js');
  const chats = ['--source', String(source.peer.chatId), '--target', String(target.id)];
  const { stdout } = await promisify(execFile)(process.execPath, [bench, ...chats, '--runs', '2', '--json'], {
    cwd,
    env,
    signal: t.signal,
    timeout: 60_000,
  });
  const { samples } = JSON.parse(stdout) as { samples: Sample[] };
  assert.deepEqual(
    samples.map(({ scenario, client: name, bytes, messages, ok }) => [scenario, name, bytes, messages, ok]),
    [
      ['file', 'telepi', sizes[1], 1, true],
      ['file', 'telepi', sizes[1], 1, true],
      ['run', 'telepi run', sizes[0] + sizes[1] + sizes[2], 3, true],
    ],
  );
  assert.equal(sandbox.world.chat(target.id)?.box?.messages.filter(({ media }) => media).length, 5);
});

test('a copy with other bytes or another length is noticed', async (t) => {
  const sandbox = await startSandbox({ seed: 'real' });
  t.after(() => sandbox.close());
  const me = sandbox.world.createUser({ phone: '9996600001', code: '12345', firstName: 'Ann' });
  const session = memorySessionStore();
  const client = await clientOf(sandbox, me, { ...SANDBOX_APP, session });
  t.after(() => client.close());
  const chatWith = async (size: number): Promise<Chat> => {
    const { peer } = fillSource(sandbox, me, { kind: 'files', sizes: [size], dcs: 'all' });
    return resolveChat(client, parseChatRef(String(peer.chatId)), signal);
  };
  const chats = [await chatWith(3 * MIB), await chatWith(3 * MIB), await chatWith(3 * MIB + 1)] as const;
  const [original, same, longer] = await Promise.all(
    chats.map(async (chat) => ({ chat, ...(await newestFile(client, chat)) })),
  );
  assert.ok(original && same && longer);
  await compareFiles(client, original, same);
  await assert.rejects(compareFiles(client, original, longer), /3145729 bytes instead of 3145728/);
  const stored = [...sandbox.files.all()].find(({ id }) => String(id) === String(idOf(same)));
  assert.ok(stored?.content.kind === 'seed');
  sandbox.files.put({ ...stored, content: { ...stored.content, seed: 'another' } });
  await assert.rejects(compareFiles(client, original, same), /its bytes from 0 on are others/);
});

test('a source without files is reported by name', async (t) => {
  const sandbox = await startSandbox({ seed: 'real' });
  t.after(() => sandbox.close());
  const me = sandbox.world.createUser({ phone: '9996600001', code: '12345', firstName: 'Ann' });
  const session = memorySessionStore();
  const client = await clientOf(sandbox, me, { ...SANDBOX_APP, session });
  t.after(() => client.close());
  const { peer } = fillSource(sandbox, me, { kind: 'texts', count: 2 });
  const chat = await resolveChat(client, parseChatRef(String(peer.chatId)), signal);
  await assert.rejects(largestFile(client, chat), /Source of texts is a document/);
});

function idOf({ file }: { readonly file: { readonly location: object } }): unknown {
  return Reflect.get(file.location, 'id');
}
