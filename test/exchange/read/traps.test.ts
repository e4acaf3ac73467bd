import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { repositoryRoot } from '../../support/paths.js';

/** What has broken other readers of Telegram Desktop's exports, and the test of each, from an input that was written by hand. */
const TRAPS: readonly (readonly [trap: string, file: string, test: string])[] = [
  [
    'a control character as \\xHH, which is not JSON',
    'bytes',
    'reads \\\\xHH, and leaves a backslash in front of an x',
  ],
  ['U+2028 with stray bytes behind its escape', 'bytes', 'drops the stray half of U+2028 and U+2029'],
  ['a rich message, which has no text', 'messages', 'of blocks has no text, and is found by its words'],
  ['a button that is disabled', 'messages', 'has buttons, disabled ones and older ones among them'],
  ['a document_id without quotes', 'bytes', 'takes a path without quotes for text'],
  ['a tail that is cut off', 'bytes', 'keeps whole messages of a file that ends early, and says where'],
  ['the mark of an encoding', 'bytes', 'skips the mark of an encoding, and refuses UTF-16 in words'],
  ['bare numbers above 2^53', 'bytes', 'keeps the digits of numbers above 2^53'],
  ['ids below zero', 'chats', 'come before the others of the supergroup where nobody knows the group'],
  [
    'ids below zero of a group that is known',
    'chats',
    'belong to the group that somebody names, or that TelePi has read',
  ],
  ['a sender without a name', 'messages', 'may come from nobody whose name is known, or from nobody at all'],
  [
    'a chat without a name',
    'chats',
    'are those of an account, or one chat; a chat without a name or messages is one, too',
  ],
  ['a text in each of three shapes', 'messages', 'has its text in each of three shapes'],
  [
    'two keys of one name',
    'bytes',
    'reads the text of a mini app, which has the same key as the empty text behind it',
  ],
  ['a sentence in place of a path', 'messages', 'says why it has no file'],
  [
    'an invoice as JSON within a text',
    'messages',
    'sells something, as an object or as a text that holds one',
  ],
  ['peers as JSON within a text', 'messages', 'was shared with peers, as a list or as a text that holds one'],
  ['a path that leads out of the folder', 'export-files', 'are refused where a path leads out of the folder'],
  [
    'a file of a page that leads out of the folder',
    'pages',
    'lead to files in the folder, and to none outside',
  ],
  [
    'values longer than what is read at once',
    'bytes',
    'reads values that are longer than what is read at once, and any cut between two reads',
  ],
  [
    'an account around its chats',
    'chats',
    'are those of an account, or one chat; a chat without a name or messages is one, too',
  ],
  [
    'the export of one topic, with the id of its forum',
    'chats',
    'the export of one topic belongs to the same chat, all of it to the topic, and does not name the chat',
  ],
  [
    'two exports of one chat',
    'merge',
    `become one, \${name}: the later edit wins, and nothing known is lost`,
  ],
  [
    'local times with an hour that comes twice',
    'messages',
    'are those of the zone, and follow the order of messages through an hour that comes twice',
  ],
  ['months that became days', 'messages', 'counts Premium in days, and in months before 2026'],
];

describe('a trap of result.json has its test', () => {
  for (const [trap, file, name] of TRAPS) {
    it(`${trap}: ${file}, “${name}”`, () => {
      const source = readFileSync(join(repositoryRoot, `test/exchange/read/${file}.test.ts`), 'utf8');
      assert.ok(source.includes(`it('${name}'`) || source.includes(`it(\`${name}\``), name);
    });
  }
});
