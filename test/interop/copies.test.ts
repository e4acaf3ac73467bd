import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { shownId } from '../../lib/base/source-ids.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { change, changeFile, oneByteOff } from '../support/damages.js';
import { openScene, recordsOf, type Scene } from '../support/scene.js';
import { type ShowcaseChat, showcaseChats } from '../support/showcase-chats.js';
import { COMPARER, isInstalled } from './clients.js';
import { runClient } from './run-client.js';

const isRequired = process.env['TELEPI_INTEROP'] === 'required';
const PATIENCE_MS = 150_000;

interface Compared {
  readonly messages: number;
  readonly files: number;
  readonly excused: number;
  readonly differences: readonly Difference[];
}

interface Difference {
  readonly what: string;
  readonly source: number | null;
  readonly target: number | null;
}

type Via = 'stream' | 'reference' | 'forward';

/** Two chats for the comparer, and the losses of each message that TelePi has reported. */
interface Copied {
  readonly name: string;
  readonly source: number | 'me';
  readonly target: number;
  readonly via: Via;
  readonly losses: Readonly<Record<string, readonly string[]>>;
  readonly sent: number;
  readonly copy: Chat;
}

for (const via of ['stream', 'reference', 'forward'] as const) {
  test(`Telethon finds copies of the showcase by ${via} equal to their originals`, async (t) => {
    if (!isInstalled(COMPARER)) {
      assert.ok(!isRequired, `${COMPARER.needs} is missing: run \`npm run install:interop\`.`);
      t.skip('skipped: run `npm run install:interop` first (see test/interop/README.md)');
      return;
    }
    const scene = await openScene(t, { redrawPhotos: true }, { content: 'showcase' });
    await scene.signIn();
    const copied: Copied[] = [];
    for (const chat of showcaseChats(scene.sandbox, scene.filled)) copied.push(await copy(scene, chat, via));
    const found = await compared(t, scene, copied);
    const [forum] = copied;
    assert.ok(forum);
    assert.deepEqual(
      copied.map(({ name }) => [name, found.get(name)?.differences, found.get(name)?.messages]),
      copied.map(({ name, sent }) => [name, [], sent]),
    );
    for (const name of ['forum', 'channel']) assert.ok((found.get(name)?.files ?? 0) > 0, name);
    assert.ok((found.get('forum')?.excused ?? 0) > 10);
    if (via !== 'stream') return;
    const damaged = damage(scene, forum.copy);
    const { differences = [] } = (await compared(t, scene, [forum])).get('forum') ?? {};
    assert.deepEqual(differences.map(({ what, target }) => `${what} ${target}`).sort(), damaged.sort());
  });
}

async function copy(scene: Scene, chat: ShowcaseChat, via: Via): Promise<Copied> {
  const { chat: copy, settings } = chat.newTarget();
  const { sent, losses } = await clone(scene, { ...settings, VIA: via });
  const source = chat.source === 'me' ? chat.source : chat.source.id;
  return { name: chat.name, source, target: copy.id, via, losses, sent, copy };
}

async function clone(
  scene: Scene,
  settings: Readonly<Record<string, string>>,
): Promise<Pick<Copied, 'sent' | 'losses'>> {
  const environment = { ...settings, MIN_INTERVAL: '0' };
  const call = async (command: string): Promise<Record<string, unknown>> => {
    const { status, stdout, stderr } = await scene.run([command, '--json'], environment, {
      patienceMs: PATIENCE_MS,
    });
    assert.equal(status, 0, stdout + stderr);
    return recordsOf(stdout).at(-1) ?? assert.fail(stdout);
  };
  const { sent } = await call('run');
  const { journal } = await call('verify');
  return { sent: Number(sent), losses: await reductionsIn(String(journal)) };
}

/** The losses of each message, as the journal of `telepi verify` has them. */
async function reductionsIn(journal: string): Promise<Record<string, string[]>> {
  const losses: Record<string, string[]> = {};
  for await (const text of createInterface({ input: createReadStream(journal) })) {
    const line = JSON.parse(text) as {
      readonly line: string;
      readonly sourceId: number;
      readonly loss: string;
    };
    if (line.line !== 'reduction') continue;
    const id = shownId(line.sourceId);
    losses[id] = [...(losses[id] ?? []), line.loss];
  }
  return losses;
}

async function compared(
  t: TestContext,
  { sandbox, filled }: Scene,
  chats: readonly Copied[],
): Promise<ReadonlyMap<string, Compared>> {
  const { host, port, dcId, publicKeyPem } = sandbox.server;
  const { apiId, apiHash, phone, code, password } = filled;
  const shown = chats.map(({ name, source, target, losses, via }) => ({ name, source, target, losses, via }));
  const facts = { host, port, dcId, publicKeyPem, apiId, apiHash, phone, code, password, chats: shown };
  const { outcomes, status, errors } = await runClient(COMPARER, facts, t.signal);
  assert.equal(status, 0, errors);
  return new Map(
    outcomes.map((outcome) => {
      if ('error' in outcome) return assert.fail(`${outcome.step}: ${outcome.error}\n${errors}`);
      return [outcome.step, outcome.found as unknown as Compared];
    }),
  );
}

/** Damages some copies, and says how. */
function damage({ sandbox }: Scene, target: Chat): string[] {
  const messages = target.box?.messages ?? [];
  const at = { scene: { sandbox }, target } as Parameters<typeof changeFile>[0];
  const styled = messages.find(({ entities }) => entities.some(({ kind }) => kind === 'spoiler'));
  const plain = messages.find(({ text }) => text === 'Plain words.');
  const answer = messages.find(({ reply, text }) => reply?.quote && text !== '');
  const file = messages.find(
    ({ media }) =>
      media?.kind === 'document' && sandbox.files.get(media.fileId)?.mimeType === 'application/pdf',
  );
  // What was a rich message is an album with its words.
  const worded = messages.find(({ text }) => text.startsWith('Heading 1'));
  const item = messages.find(
    ({ id, groupedId, media }) =>
      media?.kind === 'document' && id !== worded?.id && groupedId === worded?.groupedId,
  );
  assert.ok(styled && plain && answer?.reply && file && worded?.groupedId !== undefined && item);
  change(at, plain.id, { text: 'Other words.' });
  change(at, styled.id, { entities: styled.entities.filter(({ kind }) => kind !== 'spoiler') });
  change(at, answer.id, { reply: { ...answer.reply, toId: plain.id } });
  for (const { id } of [file, item]) changeFile(at, id, oneByteOff(at, id));
  return [
    `text ${plain.id}`,
    `entities ${styled.id}`,
    `reply ${answer.id}`,
    `bytes ${file.id}`,
    `pieces ${worded.id}`,
  ];
}
