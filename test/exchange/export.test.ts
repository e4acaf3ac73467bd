import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type ExportOptions, exportChats } from '../../lib/exchange/export.js';
import type { ChatToExport, ExportedMessage, FindFiles } from '../../lib/exchange/exported.js';
import { localTime } from '../../lib/exchange/local-time.js';
import { filesOfDocument } from '../../lib/messages/document/files-of-document.js';
import { fileMedia, post } from '../support/documents.js';
import { filesUnder } from '../support/files-store.js';
import { repositoryRoot } from '../support/paths.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const CHAT = { id: -1_001_000_000_001, type: 'supergroup', title: 'G' };

async function* pagesOf(...messages: readonly ExportedMessage[]): ChatToExport['pages'] {
  yield { shift: 0, messages };
}

/** An export of one chat into a folder. */
function asked(
  output: string,
  pages: ChatToExport['pages'],
  fields: Partial<ExportOptions> = {},
): ExportOptions {
  return {
    ...{ output, day: '2024-03-05', account: { id: 7 }, chat: CHAT, chats: [{ chat: CHAT, pages }] },
    ...{ format: 'desktop', way: 'copy', strict: false, time: localTime('UTC'), version: '1' },
    findNames: async () => new Map(),
    findFiles: async () => () => undefined,
    linkOf: () => undefined,
    signal: new AbortController().signal,
    ...fields,
  };
}

/** Each file's content is what a text says of its id. */
function contents(texts: Readonly<Record<string, string>>): FindFiles {
  return async () => (_, reference) => {
    const text = texts[reference.id];
    return text === undefined
      ? undefined
      : { size: text.length, open: () => Readable.from([Buffer.from(text)]) };
  };
}

function withFile(id: number, fileId: string, name: string): ExportedMessage {
  return { document: post({ id, media: fileMedia(1, { id: fileId, name }) }) };
}

const without = (path: string): boolean => !path.startsWith('.telepi-export/');

test('an export that is cut off leaves what was there before, and nothing of its own', async (t) => {
  const output = join(temporaryFolder(t), 'out');
  await exportChats(asked(output, pagesOf({ document: post({ id: 1, text: 'first' }) })));
  const before = readFileSync(join(output, 'result.json'), 'utf8');
  const notes = filesUnder(output);
  async function* failing(): ChatToExport['pages'] {
    yield { shift: 0, messages: [{ document: post({ id: 1, text: 'second' }) }] };
    throw new Error('the store is gone');
  }
  await assert.rejects(exportChats(asked(output, failing())), /the store is gone/);
  assert.equal(readFileSync(join(output, 'result.json'), 'utf8'), before);
  assert.deepEqual(filesUnder(output), notes);
});

test('a process that is killed leaves no result.json that looks whole, and the next one completes its work', async (t) => {
  const output = join(temporaryFolder(t), 'out');
  const url = (path: string) => JSON.stringify(pathToFileURL(join(repositoryRoot, 'dist', path)).href);
  const program = `
    import { exportChats } from ${url('lib/exchange/export.js')};
    import { localTime } from ${url('lib/exchange/local-time.js')};
    import { Readable } from 'node:stream';
    const reference = { source: 'document', id: '5', accessHash: '1', dc: 1, size: 4, mime: 'x/y', name: 'a.bin', fileReference: '' };
    const document = { version: 1, kind: 'message', id: 1, chat: ${CHAT.id}, date: 1, author: 2, text: 'x'.repeat(300000), entities: [], flags: {}, media: { kind: 'file', file: { reference, date: 0 } } };
    async function* pages() {
      yield { shift: 0, messages: [{ document }] };
      console.log('ready');
      await new Promise(() => setInterval(() => {}, 1000000));
    }
    const chat = ${JSON.stringify(CHAT)};
    await exportChats({ output: ${JSON.stringify(output)}, day: '2024-03-05', account: { id: 7 }, chat, chats: [{ chat, pages: pages() }],
      format: 'desktop', way: 'copy', strict: false, time: localTime('UTC'), version: '1', findNames: async () => new Map(),
      findFiles: async () => () => ({ size: 4, open: () => Readable.from([Buffer.from('file')]) }), linkOf: () => undefined, signal: new AbortController().signal });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  await assert.rejects(exportChats(asked(output, pagesOf())), { code: 'EXPORT_RUNNING' });
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.ok(!existsSync(join(output, 'result.json')));
  assert.ok(
    filesUnder(output).some((path) => path.endsWith('.part')),
    'it was writing',
  );
  assert.ok(existsSync(join(output, 'files', 'a.bin')));
  const { ino } = statSync(join(output, 'files', 'a.bin'));
  const again = asked(output, pagesOf(withFile(1, '5', 'a.bin')), {
    findFiles: async () => () => ({
      size: 4,
      sha256: '3b9c358f36f0a31b6ad3e14f309c7cf198ac9246e8316f9ce543d5b19ac02b80',
      open: () => Readable.from([Buffer.from('file')]),
    }),
  });
  const { folder } = await exportChats(again);
  assert.equal(folder, output);
  assert.deepEqual(filesUnder(output).filter(without), ['files/a.bin', 'result.json']);
  assert.equal(statSync(join(output, 'files', 'a.bin')).ino, ino);
  assert.ok(!filesUnder(output).some((path) => path.endsWith('.part')));
});

test('files of one name get numbers in front of the first dot, and one file of several messages is there once', async (t) => {
  const output = join(temporaryFolder(t), 'out');
  const pages = pagesOf(
    withFile(1, '1', 'a.tar.gz'),
    withFile(2, '2', 'a.tar.gz'),
    withFile(3, '1', 'a.tar.gz'),
    withFile(4, '4', '../../etc/passwd'),
    withFile(5, '5', 'CON.txt'),
    withFile(6, '6', `${'é'.repeat(200)}.zip`),
  );
  const findFiles = contents({ '1': 'one', '2': 'two', '4': 'four', '5': 'five', '6': 'six' });
  await exportChats(asked(output, pages, { findFiles }));
  const files = filesUnder(join(output, 'files'));
  assert.deepEqual(files.slice(0, 4), ['.._.._etc_passwd', '_CON.txt', 'a (1).tar.gz', 'a.tar.gz']);
  assert.equal(files.length, 5);
  assert.ok(Buffer.byteLength(String(files[4])) <= 255 && String(files[4]).endsWith('é.zip'));
  assert.equal(readFileSync(join(output, 'files', 'a (1).tar.gz'), 'utf8'), 'two');
});

test('content that is not what was found does not become a file', async (t) => {
  const output = join(temporaryFolder(t), 'out');
  const short: FindFiles = async () => () => ({ size: 9, open: () => Readable.from([Buffer.from('short')]) });
  const { missing } = await exportChats(
    asked(output, pagesOf(withFile(1, '1', 'a.bin')), { findFiles: short }),
  );
  assert.equal(missing, 1);
  assert.match(readFileSync(join(output, 'result.json'), 'utf8'), /"file": "\(File unavailable/);
  assert.deepEqual(filesUnder(output).filter(without), ['result.json']);
});

test('a file that was removed from an export comes back under its name', async (t) => {
  const output = join(temporaryFolder(t), 'out');
  const source = join(temporaryFolder(t), 'source.bin');
  writeFileSync(source, 'content');
  const findFiles: FindFiles = async (messages) => {
    assert.ok(messages.every(({ document }) => filesOfDocument(document).length === 1));
    return () => ({ path: source, size: 7 });
  };
  await exportChats(asked(output, pagesOf(withFile(1, '1', 'a.bin')), { findFiles, way: 'link' }));
  rmSync(join(output, 'files', 'a.bin'));
  await exportChats(asked(output, pagesOf(withFile(1, '1', 'a.bin')), { findFiles, way: 'link' }));
  assert.equal(statSync(join(output, 'files', 'a.bin')).ino, statSync(source).ino);
});

test('damaged notes are named, and those of a newer version', async (t) => {
  const output = join(temporaryFolder(t), 'out');
  mkdirSync(join(output, '.telepi-export'), { recursive: true });
  const state = join(output, '.telepi-export', 'state.json');
  for (const [text, code] of [
    ['{', 'EXPORT_NOTES_DAMAGED'],
    ['{"version":1}', 'EXPORT_NOTES_DAMAGED'],
    ['{"version":99,"account":7,"chats":[]}', 'EXPORT_NEWER'],
  ] as const) {
    writeFileSync(state, text);
    await assert.rejects(exportChats(asked(output, pagesOf())), { code });
  }
});
