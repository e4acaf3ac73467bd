import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { EXPORTED, exported, supergroup } from '../support/import-scene.js';
import { recordsOf } from '../support/scene.js';
import { telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';

type Test = Parameters<typeof temporaryFolder>[0];

function folderWith(
  t: Test,
  content: string,
): { readonly cwd: string; run: (...args: string[]) => ReturnType<typeof telepi> } {
  const cwd = temporaryFolder(t);
  mkdirSync(join(cwd, 'ChatExport/files'), { recursive: true });
  writeFileSync(join(cwd, 'ChatExport/result.json'), content);
  writeFileSync(join(cwd, 'ChatExport/files/a.txt'), 'content');
  return { cwd, run: (...args) => telepi(['import', ...args, '--account', '777'], { cwd }) };
}

const WHOLE = JSON.stringify(
  supergroup([exported(1, { text: 'findable' }), exported(2, { file: 'files/a.txt' })]),
  null,
  1,
);

describe('telepi import PATH', () => {
  it('takes over the export in a folder, which search then finds; again, nothing changes', async (t) => {
    const { cwd, run } = folderWith(t, WHOLE);
    const first = await run('ChatExport', '--json');
    assert.equal(first.status, 0, first.stderr);
    const chat = { event: 'chat', chatId: EXPORTED, title: 'Group', messages: 2 };
    const records = recordsOf(first.stdout);
    assert.deepEqual(
      { ...records[0], file: undefined },
      { ...chat, added: 2, changed: 0, unchanged: 0, file: undefined },
    );
    assert.deepEqual(
      { ...records[1], file: undefined },
      { event: 'files', noted: 1, known: 0, missing: 0, file: undefined },
    );
    const again = await run(join('ChatExport', 'result.json'));
    assert.equal(again.status, 0, again.stderr);
    assert.match(again.stdout, /Group \(-1000000000009\): 2 messages; 0 added, 0 changed, 2 known before/);
    const found = await telepi(['search', 'findable'], { cwd });
    assert.match(found.stdout, /findable/);
    const audit = await telepi(['status', '--audit'], { cwd });
    assert.equal(audit.status, 0, audit.stderr);
  });

  it('understands ~ in a path, as where no shell has seen it', async (t) => {
    const { cwd } = folderWith(t, WHOLE);
    const environment = { HOME: cwd };
    const run = (...args: string[]) => telepi(args, { cwd: temporaryFolder(t), environment });
    const { status, stdout, stderr } = await run('import', '~/ChatExport', '--account', '777', '--dry-run');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /2 messages/);
    const named = await run('import', '~/ChatExport/result.json', '--account', '777', '--dry-run');
    assert.equal(named.status, 0, named.stderr);
  });

  it("takes over the lines of TelePi's own export", async (t) => {
    const { cwd, run } = folderWith(t, WHOLE);
    const head = { version: 1, kind: 'message', id: 1, chat: EXPORTED, date: 1709640000 };
    const document = { ...head, flags: {}, text: 'line', entities: [] };
    writeFileSync(join(cwd, 'ChatExport/messages.jsonl'), `${JSON.stringify({ account: 777, document })}\n`);
    const { status, stdout, stderr } = await run('ChatExport');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /messages\.jsonl:\n {2}-1000000000009: 1 message; 1 added/);
  });

  it('writes nothing in a dry run', async (t) => {
    const { cwd, run } = folderWith(t, WHOLE);
    const dry = await run('ChatExport', '--dry-run');
    assert.equal(dry.status, 0, dry.stderr);
    assert.match(dry.stdout, /Group \(-1000000000009\): 2 messages\n {2}1 file there/);
    assert.doesNotMatch((await telepi(['search', 'findable'], { cwd })).stdout, /findable/);
  });

  it('fails for a file that ends early or leads elsewhere, after it has taken what is there', async (t) => {
    const cut = folderWith(t, WHOLE.slice(0, WHOLE.indexOf('files/a.txt')));
    const early = await cut.run('ChatExport');
    assert.equal(early.status, 1);
    assert.match(early.stdout, /1 message; 1 added/);
    assert.match(early.stdout, /The file ends before its JSON does/);
    const away = folderWith(t, WHOLE.replace('files/a.txt', '../a.txt'));
    const led = await away.run('ChatExport');
    assert.equal(led.status, 1);
    assert.match(led.stdout, /2 messages; 2 added/);
    assert.match(led.stdout, /leads out of the export's folder: \.\.\/a\.txt/);
  });

  it('refuses in words what it is unable to use', async (t) => {
    const { run } = folderWith(t, '{}');
    for (const [args, words] of [
      [['nowhere'], /nowhere isn't there/],
      [['.'], /There is no result\.json in/],
      [
        ['ChatExport', '--zone', 'Mars'],
        /--zone must be a time zone such as Europe\/Berlin or UTC, not "Mars"\./,
      ],
      [['ChatExport', '--media', 'copied'], /--media takes linked/],
      [['ChatExport', '--chat', '@x'], /--chat takes the id/],
      [['ChatExport', '--older-chat', 'x'], /--older-chat takes the id/],
      [['ChatExport', '--from-utilities', 'my.json'], /either files or the database/],
      [[], /Say what to import/],
    ] as const) {
      const { status, stderr } = await run(...args);
      assert.equal(status, 2, stderr);
      assert.match(stderr, words);
    }
    const none = await run('ChatExport');
    assert.equal(none.status, 1);
    assert.match(none.stderr, /The file holds no chat of Telegram Desktop/);
  });
});
