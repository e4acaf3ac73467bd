import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { countsOf } from '../support/run-counts.js';
import { openScene, recordsOf, type Scene } from '../support/scene.js';
import { showcaseChats } from '../support/showcase-chats.js';

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, value) => total + value, 0);

async function recordOf(
  scene: Scene,
  event: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {
    AUTO_CREATE_TOPICS: 'yes',
    SOURCE_CHAT: String(scene.filled.source.id),
    TARGET_CHAT: String(scene.filled.target.id),
  },
): Promise<Record<string, unknown>> {
  const { status, stdout, stderr } = await scene.run(['run', '--json', ...args], {
    MIN_INTERVAL: '0',
    ...settings,
  });
  assert.equal(status, 0, stderr);
  const record = recordsOf(stdout).find((each) => each['event'] === event);
  assert.ok(record, stdout);
  return record;
}

/** Every file below a folder, with its size and time of change. */
function filesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true }) as string[];
  return Object.fromEntries(
    names.flatMap((name) => {
      const found = statSync(join(folder, name));
      return found.isFile() ? [[name, `${found.size} ${found.mtimeMs}`]] : [];
    }),
  );
}

describe('telepi run --dry-run', () => {
  it('counts what the run then does, from the first message and in the middle, and changes nothing', async (t) => {
    const scene = await openScene(t);
    await scene.signIn();
    const { target } = scene.filled;
    for (const args of [
      ['--kind', 'photo,sticker,text', '--limit', '12'],
      ['--limit', '15', '--exclude-kind', 'video', '--cards', 'off'],
      ['--via', 'forward', '--limit', '10'],
      ['--via', 'reference'],
      ['--append-missed', '--limit', '2'],
      ['--append-missed'],
    ]) {
      const before = filesIn(scene.cwd);
      const messages = target.box?.messages.length;
      const dry = await recordOf(scene, 'dry_run', ['--dry-run', ...args]);
      assert.equal(target.box?.messages.length, messages, 'nothing was sent');
      assert.deepEqual(filesIn(scene.cwd), before, 'nothing was written');
      const run = await recordOf(scene, 'summary', args);
      assert.deepEqual(countsOf(dry), countsOf(run), args.join(' '));
      assert.ok(
        Number(dry['sends']) >= Number(run['sent']) + Number(run['topics']),
        'a closed topic costs a turn, too',
      );
      const kinds = Object.values(dry['kinds'] as Record<string, Record<string, unknown>>);
      const total = (name: string): number =>
        kinds.reduce((all, kind) => all + sum(kind[name] as Record<string, number>), 0);
      assert.equal(total('sent'), run['sent'], 'the kinds together are everything');
      assert.equal(total('skipped'), sum(run['skipped'] as Record<string, number>));
      assert.equal(
        kinds.reduce((all, kind) => all + Number(kind['bytes']), 0),
        run['bytes'],
      );
      assert.ok(Number(run['sent']) > 0);
    }
  });

  it('counts what the run then does with everything that a message can hold, in every way', async (t) => {
    const scene = await openScene(t, {}, { content: 'showcase' });
    await scene.signIn();
    const [, channel, group, saved] = showcaseChats(scene.sandbox, scene.filled);
    // Quotes are lost where words change.
    const changed = ['--replace-regex', '([a-z])\\b=>$1$1', '--service', 'card'];
    const chosen = [
      [channel, 'stream', []],
      [channel, 'forward', []],
      [group, 'reference', changed],
      [saved, 'auto', []],
    ] as const;
    for (const [chat, via, more] of chosen) {
      const { settings } = chat?.newTarget() ?? assert.fail();
      const dry = await recordOf(scene, 'dry_run', ['--dry-run', '--via', via, ...more], settings);
      const run = await recordOf(scene, 'summary', ['--via', via, ...more], settings);
      assert.deepEqual(countsOf(dry), countsOf(run), `${chat?.name} by ${via}`);
      if (more.length > 0) assert.ok(JSON.stringify(run['reduced']).includes('"quote"'), 'a quote is lost');
    }
    const dry = await recordOf(scene, 'dry_run', ['--dry-run']);
    assert.deepEqual(countsOf(dry), countsOf(await recordOf(scene, 'summary', [])));
  });

  it('says in words what becomes of each kind, and how long it takes', async (t) => {
    const scene = await openScene(t);
    await scene.signIn();
    const { status, stdout, stderr } = await scene.run(['run', '--dry-run'], {
      AUTO_CREATE_TOPICS: 'yes',
      SOURCE_CHAT: String(scene.filled.source.id),
      TARGET_CHAT: String(scene.filled.target.id),
    });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^Nothing was sent or created\. A run would do this now:$/m);
    assert.match(stdout, /^ {2}photo: \d+ sent streamed, [\d.]+ [KM]iB/m);
    assert.match(stdout, /^ {2}service: skipped service \d+/m);
    assert.match(stdout, /^ {2}new topic: .+ \(\d+ in the source\)$/m);
    assert.match(stdout, /^That takes .+ by the interval between two messages/m);
  });
});
