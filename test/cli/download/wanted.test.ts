import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { UsageError } from '../../../lib/base/errors.js';
import { readMessageList } from '../../../lib/cli/download/message-list.js';
import { readWanted } from '../../../lib/cli/download/wanted.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const { signal } = new AbortController();

async function listOf(text: string) {
  return readMessageList({ file: '-', workingDirectory: '/', stdin: Readable.from([text]), signal });
}

const refusal =
  (code: string, words: RegExp) =>
  (error: unknown): boolean =>
    error instanceof UsageError && error.code === code && words.test(error.message);

test('a list has ids and links, with comments, from a file or standard input', async (t) => {
  const web = 'https://web.telegram.org/a/#-1001234567890';
  const text = `\ufeff# my files\r\n12\n\n7  # the older one\nhttps://t.me/c/123/9\n12\nt.me/name/5/6\n${web}\n`;
  const list = await listOf(text);
  assert.deepEqual(list.ids, [7, 12]);
  assert.deepEqual(list.places, [
    { chat: { kind: 'id', id: -1_000_000_000_123 }, message: 9 },
    { chat: { kind: 'username', username: 'name' }, thread: 5, message: 6 },
    { chat: { kind: 'id', id: -1_001_234_567_890 } },
  ]);
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'ids.txt'), text);
  const fromFile = { file: 'ids.txt', workingDirectory: folder, stdin: Readable.from([]), signal };
  assert.deepEqual(await readMessageList(fromFile), list);
  await assert.rejects(
    readMessageList({ ...fromFile, file: 'absent.txt' }),
    refusal('BAD_LIST', /absent\.txt can't be read: no such file/),
  );
  await assert.rejects(readMessageList({ ...fromFile, file: '.' }), refusal('BAD_LIST', /can't be read/));
  await assert.rejects(listOf('# nothing\n\n'), refusal('BAD_LIST', /standard input names no message/));
  await assert.rejects(listOf('1\n0\n'), refusal('BAD_LIST', /line 2: 0 is not the id/));
  await assert.rejects(
    listOf('1\n\nhello\n'),
    refusal('BAD_CHAT', /^standard input, line 3: "hello" is not a chat/),
  );
});

test('ids of a list come sorted and once, whatever stands around them', async () => {
  const line = fc.record({
    id: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    before: fc.stringMatching(/^[ \t]{0,3}$/),
    after: fc.constantFrom('', ' ', ' # a comment', '\t#'),
    end: fc.constantFrom('\n', '\r\n', '\n\n# x\n'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 50 }), async (lines) => {
      const list = await listOf(
        lines.map(({ id, before, after, end }) => `${before}${id}${after}${end}`).join(''),
      );
      const ids = [...new Set(lines.map(({ id }) => id))].sort((one, other) => one - other);
      assert.deepEqual(list, { ids, places: [] });
    }),
    { numRuns: 50 },
  );
});

test('words, --source with commas and the environment name chats, the environment only when nothing else does', async () => {
  const names = (given: Parameters<typeof readWanted>[0]) =>
    readWanted(given).map((wanted) =>
      wanted.kind === 'place' ? wanted.place : [wanted.chat, ...wanted.ids],
    );
  const flag = { text: '@first, -1001234567890', isFlag: true };
  const environment = { text: '@usual', isFlag: false };
  const one = (username: string) => ({ chat: { kind: 'username', username } });
  assert.deepEqual(names({ words: ['@zero,me'], source: flag, list: undefined }), [
    one('zero'),
    { chat: { kind: 'me' } },
    one('first'),
    { chat: { kind: 'id', id: -1_001_234_567_890 } },
  ]);
  assert.deepEqual(names({ words: [], source: environment, list: undefined }), [one('usual')]);
  assert.deepEqual(names({ words: ['@other'], source: environment, list: undefined }), [one('other')]);
  const ids = await listOf('5\n3\n');
  assert.deepEqual(names({ words: [], source: environment, list: ids }), [
    [{ kind: 'username', username: 'usual' }, 3, 5],
  ]);
  const links = await listOf('t.me/name/7');
  assert.deepEqual(names({ words: [], source: environment, list: links }), [{ ...one('name'), message: 7 }]);
  assert.deepEqual(names({ words: ['t.me/name/7', '@other'], source: undefined, list: ids }), [
    { ...one('name'), message: 7 },
    [{ kind: 'username', username: 'other' }, 3, 5],
  ]);
  const refused = (given: Parameters<typeof readWanted>[0], code: string, words: RegExp) =>
    assert.throws(() => readWanted(given), refusal(code, words));
  refused({ words: [], source: undefined, list: undefined }, 'NO_CHAT', /No chat is named/);
  refused({ words: [' , '], source: undefined, list: undefined }, 'NO_CHAT', /No chat is named/);
  refused({ words: [], source: undefined, list: ids }, 'CONTRADICTION', /no chat is named/);
  refused({ words: ['@some', '@other'], source: undefined, list: ids }, 'CONTRADICTION', /2 chats are named/);
  refused(
    { words: ['nochat'], source: undefined, list: undefined },
    'BAD_CHAT',
    /"nochat" is not a chat, and @nochat/,
  );
});
