import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  EXPORTED,
  exported,
  exportedService,
  importScene,
  supergroup,
  textIn,
} from '../../support/import-scene.js';

/** An export of one message whose JSON is this. */
const withMessage = (message: string): string =>
  `{\n "name": "Group",\n "type": "private_supergroup",\n "id": 9,\n "messages": [\n  ${message}\n ]\n}\n`;
const HEAD =
  '"id": 1, "type": "message", "date": "2024-03-05T12:00:00", "date_unixtime": "1709640000", "from": "Ann", "from_id": "user5"';

describe('what is not JSON in a result.json', () => {
  it('reads \\xHH, and leaves a backslash in front of an x', async (t) => {
    const scene = await importScene(t);
    await scene.import(
      withMessage(String.raw`{ ${HEAD}, "text": "a\x01b\\x41\x7F\\\x0Ac\"", "text_entities": [] }`),
    );
    assert.equal(textIn((await scene.documents(EXPORTED)).get(1)), 'a\u0001b\\x41\u007f\\\nc"');
  });

  it('drops the stray half of U+2028 and U+2029', async (t) => {
    const scene = await importScene(t);
    const [before, after] = withMessage(
      `{ ${HEAD}, "text": "one\\u2028@two\\u2029#three\\u2028 four" }`,
    ).split('@');
    const [middle, end] = String(after).split('#');
    const stray = (last: number): Buffer => Buffer.from([0x80, last]);
    const bytes = [
      Buffer.from(before ?? ''),
      stray(0xa8),
      Buffer.from(middle ?? ''),
      stray(0xa9),
      Buffer.from(end ?? ''),
    ];
    const tally = await scene.import(Buffer.concat(bytes));
    assert.deepEqual([...tally.left], []);
    assert.equal(textIn((await scene.documents(EXPORTED)).get(1)), 'one\u2028two\u2029three\u2028 four');
  });

  it('takes a path without quotes for text', async (t) => {
    const scene = await importScene(t);
    const emoji = (path: string): string =>
      `{\n     "type": "custom_emoji",\n     "text": "x",\n     "document_id": ${path}\n    }`;
    const paths = ['stickers/a {1.webp', '(File not included. Change data exporting settings to download.)'];
    await scene.import(
      withMessage(
        `{ ${HEAD},\n "text": "xx",\n "text_entities": [\n ${paths.map(emoji).join(',\n')}\n ]\n }`,
      ),
    );
    const document = (await scene.documents(EXPORTED)).get(1);
    assert.equal(textIn(document), 'xx');
    assert.ok(document?.kind === 'message');
    assert.deepEqual(
      document.entities.map(({ kind, offset }) => [kind, offset]),
      [
        ['custom_emoji', 0],
        ['custom_emoji', 1],
      ],
    );
    const kept = document.imported?.keys['text_entities'] as { readonly document_id: string }[];
    assert.deepEqual(
      kept.map((each) => each.document_id),
      paths,
    );
  });

  it('keeps whole messages of a file that ends early, and says where', async (t) => {
    const whole = JSON.stringify(
      supergroup([exported(1), exported(2), exported(3, { text: 'the last' })]),
      null,
      1,
    );
    const third = whole.indexOf('"id": 3');
    for (const [length, ids] of [
      [whole.indexOf('the last') + 3, [1, 2]],
      [third, [1, 2]],
      [whole.lastIndexOf(']'), [1, 2, 3]],
      [whole.length - 1, [1, 2, 3]],
    ] as const) {
      const scene = await importScene(t);
      const tally = await scene.import(whole.slice(0, length));
      assert.deepEqual([...(await scene.documents(EXPORTED)).keys()], ids, `${length} bytes`);
      assert.ok(tally.cut, `${length} bytes`);
      assert.equal(tally.cut.offset + tally.cut.bytes, length);
    }
    const scene = await importScene(t);
    assert.equal((await scene.import(whole)).cut, undefined);
  });

  it('skips the mark of an encoding, and refuses UTF-16 in words', async (t) => {
    const scene = await importScene(t);
    const text = JSON.stringify(supergroup([exported(1, { text: 'ä' })]));
    await scene.import(`\uFEFF${text}`);
    assert.equal(textIn((await scene.documents(EXPORTED)).get(1)), 'ä');
    await assert.rejects(scene.import(Buffer.from(`\uFEFF${text}`, 'utf16le')), {
      code: 'IMPORT_UNREADABLE',
      message: /UTF-16/,
    });
  });

  it('keeps the digits of numbers above 2^53', async (t) => {
    const scene = await importScene(t);
    const gift = JSON.stringify(
      exportedService(1, 'send_star_gift', { gift_id: '@', stars: 50, odd: '#' }),
      null,
      1,
    )
      .replace('"@"', '5170145012310081615')
      .replace('"#"', '[-9223372036854775808, 9007199254740991, 1.5e300]');
    await scene.import(withMessage(gift));
    const document = (await scene.documents(EXPORTED)).get(1);
    assert.ok(document?.kind === 'service' && document.action.kind === 'send_star_gift');
    assert.equal('id' in document.action.gift && document.action.gift.id, '5170145012310081615');
    assert.deepEqual(document.imported?.keys['odd'], ['-9223372036854775808', 9007199254740991, 1.5e300]);
    const icon = JSON.stringify(exportedService(2, 'topic_edit', { new_icon_emoji_id: '@' }));
    await scene.import(withMessage(icon.replace('"@"', '5312486108309757006')));
    const edited = (await scene.documents(EXPORTED)).get(2);
    assert.ok(edited?.kind === 'service' && edited.action.kind === 'topic_edited');
    assert.equal(edited.action.icon, '5312486108309757006');
  });

  it('reads the text of a mini app, which has the same key as the empty text behind it', async (t) => {
    const scene = await importScene(t);
    const action = '"actor": "Ann", "actor_id": "user5", "action": "send_webview_data"';
    const message = `{ "id": 1, "type": "service", "date": "2024-03-05T12:00:00", "date_unixtime": "1709640000", ${action},
      "other": {"text": "not this"}, "text": "data \\x41 \\"quoted\\"", "text": "", "text_entities": [] }`;
    await scene.import(withMessage(message));
    const document = (await scene.documents(EXPORTED)).get(1);
    assert.ok(document?.kind === 'service');
    assert.deepEqual(document.action, { kind: 'send_webview_data', text: 'data A "quoted"' });
  });

  it('reads values that are longer than what is read at once, and any cut between two reads', async (t) => {
    const scene = await importScene(t);
    const long = 'long '.repeat(700_000);
    const texts = [...'abcdefg'].map((letter, index) => `${letter}${'é\\"x'.repeat(60_000 + index)}`);
    const messages = [long, ...texts].map((text, index) =>
      exported(index + 1, { text, text_entities: undefined }),
    );
    const tally = await scene.import(supergroup(messages));
    assert.equal(tally.chats[0]?.added, messages.length);
    const documents = await scene.documents(EXPORTED);
    assert.deepEqual([...documents.values()].map(textIn), [long, ...texts]);
  });

  it('reads what comes through a pipe', async (t) => {
    const scene = await importScene(t);
    const path = join(scene.folder, 'result.json');
    execFileSync('mkfifo', [path]);
    const messages = [1, 2, 3].map((id) => exported(id, { text: `${id}`.repeat(1_500_000) }));
    const written = writeFile(path, JSON.stringify(supergroup(messages), null, 1));
    const tally = await scene.importFile(path);
    await written;
    assert.deepEqual([tally.chats[0]?.added, tally.cut], [3, undefined]);
    assert.equal(textIn((await scene.documents(EXPORTED)).get(3)), '3'.repeat(1_500_000));
  });

  it('takes few messages at once where they are long', async (t) => {
    const scene = await importScene(t);
    const messages = Array.from({ length: 9 }, (_, index) =>
      exported(index + 1, { text: 'x'.repeat(2 ** 21) }),
    );
    const head = { version: 1, kind: 'message', chat: EXPORTED, date: 1, flags: {}, entities: [] };
    const lines = messages.map(({ id, text }) =>
      JSON.stringify({ account: 777, document: { ...head, id, text } }),
    );
    for (const [name, content] of [
      ['result.json', JSON.stringify(supergroup(messages), null, 1)],
      ['messages.jsonl', lines.join('\n')],
    ] as const) {
      const steps: number[] = [];
      await scene.importFile(scene.write(name, content), {
        isDry: true,
        onProgress: (done) => steps.push(done.messages),
      });
      assert.ok(steps.length >= 3, `${name}: ${steps.join()}`);
    }
  });

  it('says what a message that nobody can read is, and continues behind it', async (t) => {
    const scene = await importScene(t);
    const tally = await scene.import(
      withMessage(
        `{ ${HEAD}, "text": "one" },\n {"id": 2 "type": "message"},\n {"type": "message"},\n ${JSON.stringify(exported(4))}`,
      ),
    );
    assert.deepEqual([...(await scene.documents(EXPORTED)).keys()], [1, 4]);
    assert.deepEqual([...tally.left.keys()], ['it is not JSON', 'it has no id']);
  });

  it('refuses the backup of another app', async (t) => {
    const scene = await importScene(t);
    const backup = { ...exported(1), date: 1709640000, media: { type: 'photo', size: 3 } };
    await assert.rejects(scene.import(supergroup([backup])), {
      code: 'IMPORT_UNREADABLE',
      message: /another app/,
    });
  });

  it('refuses a file that holds no export', async (t) => {
    const scene = await importScene(t);
    for (const content of [
      '',
      '[]',
      'id,text\n1,a',
      '{"a": 1}',
      '{"about": "x", "contacts": {"list": []}}',
    ]) {
      await assert.rejects(scene.import(content), { code: 'IMPORT_UNREADABLE' }, content);
    }
  });
});
