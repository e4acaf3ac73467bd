import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { RpcError } from '../../lib/sandbox/rpc.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { seedFuzz } from '../fuzz/seed.js';
import { change, changeFile, type DamageScene, oneByteOff, remove, repeat } from '../support/damages.js';
import { openScene, recordsOf, type Scene } from '../support/scene.js';

seedFuzz();

/** What one process meets: it is killed at this request, and a fault strikes at that one. */
interface Life {
  readonly killAt: number;
  readonly faultAt: number;
  readonly fault: 'flood' | 'drop' | 'reset';
}

const FAULTS = {
  flood: { kind: 'refuse', error: new RpcError(420, 'FLOOD_WAIT_1') },
  drop: { kind: 'drop-after' },
  reset: { kind: 'reset' },
} as const;

/** The requests of verify itself: the others come before it begins, or are those of a connection. */
const READS = /^(?:messages\.(?:GetHistory|Search)|channels\.GetMessages|upload\.Get)/;

const life: fc.Arbitrary<Life> = fc.record({
  killAt: fc.integer({ min: 1, max: 40 }),
  faultAt: fc.integer({ min: 1, max: 40 }),
  fault: fc.constantFrom('flood', 'drop', 'reset'),
});

test('a verification that is killed again and again, in bad weather, reports what an undisturbed one reports', async (t) => {
  const { scene, environment } = await openDamaged(t);
  for (const how of [[], ['--without-ledger']]) {
    const args = ['verify', '--hashes', '--json', ...how];
    const whole = reportOf((await scene.run(args, environment)).stdout);
    assert.deepEqual([whole['total'], whole['files']], [how.length === 0 ? 6 : 5, 12]);
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 3 }), async (lives) => {
        rmSync(join(scene.cwd, 'data', 'verify'), { recursive: true, force: true });
        let killed = 0;
        for (const each of lives) killed += (await verifyUntil(scene, args, environment, each)) ? 1 : 0;
        const { status, stdout, stderr } = await scene.run(args, environment);
        assert.equal(status, 1, stderr);
        const report = reportOf(stdout);
        assert.deepEqual(report, whole, `killed ${killed} times`);
      }),
      { numRuns: 2 },
    );
  }
});

/** Whether the process was killed before its end. */
async function verifyUntil(
  { sandbox, run }: Scene,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  { killAt, faultAt, fault }: Life,
): Promise<boolean> {
  let child: ChildProcess | undefined;
  let requests = 0;
  sandbox.weather.judge = (method) => {
    if (!READS.test(method)) return undefined;
    requests += 1;
    if (requests === killAt) child?.kill('SIGKILL');
    return requests === faultAt ? FAULTS[fault] : undefined;
  };
  const { signal } = await run(args, environment, {
    onStart: (started) => {
      child = started;
    },
  });
  sandbox.weather.judge = undefined;
  return signal === 'SIGKILL';
}

/** What a report says about the chats. */
function reportOf(stdout: string): Record<string, unknown> {
  const { findings, total, compared, files, skipped, reductions, differences } =
    recordsOf(stdout).at(-1) ?? assert.fail(stdout);
  const sorted = (findings as unknown[]).map((each) => JSON.stringify(each)).sort();
  return { findings: sorted, total, compared, files, skipped, reductions, differences };
}

/** A clone of 150 messages, a few of them with files, in which six things are wrong. */
async function openDamaged(t: Parameters<typeof openScene>[0]) {
  const scene = await openScene(t);
  const { world, files } = scene.sandbox;
  const creator = scene.filled.user.id;
  const chat = (title: string): Chat => world.createChannel({ title, megagroup: true, creator });
  const [source, target] = [chat('From'), chat('To')];
  for (let index = 1; index <= 150; index += 1) {
    const isFile = index % 12 === 0;
    const { id: fileId } = isFile
      ? files.add({
          kind: 'document',
          dcId: 1 + (index % 24 ? 1 : 0),
          size: 200_000 + index,
          mimeType: 'application/zip',
          attributes: [{ type: 'filename', name: `${index}.zip` }],
        })
      : { id: 0n };
    world.post({
      chat: source.id,
      from: creator,
      text: `text ${index} of the chat`,
      ...(isFile && { media: { kind: 'document', fileId, spoiler: false } }),
      ...(index % 10 === 5 && { replyTo: index }),
    });
  }
  await scene.signIn();
  const environment = { SOURCE_CHAT: String(source.id), TARGET_CHAT: String(target.id), MIN_INTERVAL: '0' };
  const run = await scene.run(['run'], environment);
  assert.equal(run.status, 0, run.stderr);
  const at = {
    scene: { sandbox: scene.sandbox, post: poster(scene, creator) },
    target,
  } as unknown as DamageScene;
  const copies = (target.box?.messages ?? []).filter(({ action }) => !action);
  const [lost, edited, moved, doubled] = [copies[20], copies[70], copies[100], copies[130]];
  const zip = copies.findLast(({ media }) => media !== undefined);
  assert.ok(lost && edited && moved && doubled && zip);
  remove(at, lost.id);
  change(at, edited.id, { text: 'text 71 of the chat, edited' });
  changeFile(at, zip.id, oneByteOff(at, zip.id));
  remove(at, moved.id);
  repeat(at, moved);
  repeat(at, doubled);
  return { scene, environment };
}

function poster({ sandbox: { world } }: Scene, from: number) {
  return (chat: Chat, fields: object): number => world.post({ chat: chat.id, from, text: '', ...fields }).id;
}
