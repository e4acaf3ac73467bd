import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { RESULT_SCHEMA } from '../exchange/desktop/result-schema.js';
import { download } from '../support/download-command.js';
import { runInProcess } from '../support/in-process.js';
import { openScene, type Scene } from '../support/scene.js';
import { CHAT_PARSER, EXPORT_COMPARER, EXPORT_READERS, isInstalled } from './clients.js';
import { runClient } from './run-client.js';

const isRequired = process.env['TELEPI_INTEROP'] === 'required';

/** Whether a program is there; where all must be, one that isn't fails. */
function isThere(t: TestContext, program: { readonly needs: string }): boolean {
  if (isInstalled(program)) return true;
  assert.ok(!isRequired, `${program.needs} is missing: run \`npm run install:interop\`.`);
  t.skip('skipped: run `npm run install:interop` first (see test/interop/README.md)');
  return false;
}

/** The showcase, downloaded with all its files, and telepi export from it. */
async function exportedShowcase(t: TestContext) {
  const scene = await openScene(t, {}, { content: 'showcase' });
  await scene.signIn();
  const { source, chats, upgraded } = scene.filled;
  assert.ok(upgraded);
  const ids = { forum: source.id, channel: chats.channel.id, group: upgraded.id };
  for (const id of Object.values(ids))
    await download(scene, ['--chat-id', String(id), '--media-type', 'all', '--output', `kept ${id}`]);
  const folder = async (name: string, ...args: string[]): Promise<string> => {
    const run = ['export', '--output', name, ...args];
    await runInProcess(run, { cwd: scene.cwd, environment: scene.connection });
    return join(scene.cwd, name);
  };
  return { scene, ids, folder };
}

interface Message {
  readonly id: number;
  readonly type: string;
  readonly from?: string | null;
  readonly reply_to_message_id?: number;
  readonly text_entities?: readonly { readonly text: string }[];
}

interface Chat {
  readonly name: string;
  readonly id: number;
  readonly messages: readonly Message[];
}

function resultIn(folder: string): Chat {
  return JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as Chat;
}

const textOf = ({ text_entities = [] }: Message): string => text_entities.map(({ text }) => text).join('');

/** What a program has found, by its steps. */
async function foundBy(
  program: Parameters<typeof runClient>[0],
  facts: object,
  t: TestContext,
): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>> {
  const { outcomes, status, errors } = await runClient(program, facts, t.signal);
  assert.equal(status, 0, errors);
  return new Map(
    outcomes.map((outcome) => {
      if ('error' in outcome) return assert.fail(`${outcome.step}: ${outcome.error}\n${errors}`);
      return [outcome.step, outcome.found as Readonly<Record<string, unknown>>];
    }),
  );
}

test('programs that others wrote read exports of the showcase', async (t) => {
  if (!isThere(t, EXPORT_READERS) || !isThere(t, CHAT_PARSER)) return;
  const { ids, folder } = await exportedShowcase(t);
  const desktop: Record<string, string> = { account: await folder('account') };
  for (const [name, id] of Object.entries(ids)) {
    desktop[name] = await folder(name, '--source', String(id));
    desktop[`${name}, strict`] = await folder(`${name} strict`, '--source', String(id), '--strict-desktop');
  }
  const forum = ['--source', String(ids.forum)];
  const facts = {
    ...{ schema: RESULT_SCHEMA, desktop, chats: ['forum', 'channel'] },
    csv: await folder('csv', ...forum, '--format', 'csv'),
    rss: await folder('rss', ...forum, '--format', 'rss'),
    jsonFeed: await folder('json feed', ...forum, '--format', 'json-feed'),
  };
  const found = await foundBy(EXPORT_READERS, facts, t);
  for (const name of Object.keys(desktop)) {
    const { errors, messages } = found.get(`schema: ${name}`) ?? {};
    assert.deepEqual(errors, [], name);
    assert.ok(Number(messages) > 3, name);
  }
  const broken = found.get('schema: broken') ?? {};
  assert.equal(Object.keys(broken).length, 8);
  for (const [damage, isFound] of Object.entries(broken)) assert.equal(isFound, true, damage);
  const { messages } = resultIn(String(desktop['forum']));
  const { widths, rows, formulas } = found.get('csv') ?? {};
  assert.equal((widths as number[]).length, 1, 'each row has as many cells');
  assert.deepEqual([rows, formulas], [messages.length, []]);
  const { items, different, undated, bozo, entries } = found.get('rss') ?? {};
  assert.deepEqual([different, entries, undated, bozo], [items, items, 0, false]);
  assert.ok(Number(items) > 50);
  assert.deepEqual(found.get('json feed'), { errors: [], items });

  const parsed = await foundBy(CHAT_PARSER, facts, t);
  for (const name of facts.chats) {
    const chat = resultIn(String(desktop[name]));
    const texts = chat.messages.map((message) => [message.id, textOf(message)]);
    // It leaves out notes of Telegram, and messages without a text or without a name of their author.
    const packed = chat.messages.filter(
      ({ type, from, ...message }) =>
        type === 'message' && from && textOf({ type, ...message }).trim() !== '',
    );
    assert.deepEqual(
      found.get(`chatpack: ${name}`)?.['messages'],
      packed.map((message) => [message.from, textOf(message)]),
    );
    const markdown = found.get(`telegram-export-md: ${name}`) ?? {};
    assert.equal(markdown['name'], chat.name);
    assert.deepEqual(markdown['messages'], texts);
    const read = parsed.get(name) ?? {};
    assert.deepEqual([read['name'], read['id']], [chat.name, chat.id]);
    assert.deepEqual(
      read['messages'],
      chat.messages.map((message) => [message.id, textOf(message), message.type === 'message']),
    );
  }
});

test('Telethon reads in the showcase what its exports say', async (t) => {
  if (!isThere(t, EXPORT_COMPARER)) return;
  const { scene, ids, folder } = await exportedShowcase(t);
  const compared: Record<string, { readonly id: number; readonly folder: string }> = {};
  for (const [name, id] of Object.entries(ids)) {
    compared[name] = { id, folder: await folder(name, '--source', String(id)) };
    compared[`${name}, live`] = {
      id,
      folder: await folder(`${name} live`, '--source', String(id), '--live'),
    };
  }
  const found = await foundBy(EXPORT_COMPARER, factsOf(scene, compared), t);
  for (const name of Object.keys(compared)) {
    const { differences, messages, notes } = found.get(name) ?? {};
    assert.deepEqual(differences, [], name);
    assert.ok(Number(messages) > 1 && Number(notes) > 0, name);
  }
  const { files, entities } = found.get('forum') ?? {};
  assert.ok(Number(files) > 10 && Number(entities) > 10);
});

function factsOf({ sandbox, filled }: Scene, compared: object): object {
  const { host, port, dcId, publicKeyPem } = sandbox.server;
  const { apiId, apiHash, phone, code, password } = filled;
  return { host, port, dcId, publicKeyPem, apiId, apiHash, phone, code, password, compared };
}
