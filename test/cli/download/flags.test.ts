import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { UsageError } from '../../../lib/base/errors.js';
import { runInProcess } from '../../support/in-process.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** No server is there: whatever is refused here is refused before any work. */
const ENVIRONMENT = { TG_API_ID: '1', TG_API_HASH: '0011223344556677889900aabbccddee' };

test('what can never be downloaded is refused before any work, and says how to fix it', async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'file'), '');
  writeFileSync(join(cwd, 'ids'), '5\n');
  mkdirSync(join(cwd, 'closed'));
  chmodSync(join(cwd, 'closed'), 0o500);
  const refused = async (words: string, code: string, sentence: RegExp, environment = {}): Promise<void> => {
    const args = ['download', ...(words === '' ? [] : words.split(' '))];
    await assert.rejects(
      runInProcess(args, { cwd, environment: { ...ENVIRONMENT, ...environment } }),
      (error) => error instanceof UsageError && error.code === code && sentence.test(error.message),
      words,
    );
  };
  await refused(
    '',
    'NO_CHAT',
    /No chat is named: write its -100… id, @name or link behind "telepi download"/,
  );
  await refused('nochat', 'BAD_CHAT', /"nochat" is not a chat, and @nochat with its @ would be a name/);
  await refused('--source @a_chat,nochat', 'BAD_CHAT', /--source "nochat" is not a chat/);
  await refused(
    '@a_chat --media-type pictures',
    'BAD_SETTING',
    /--media-type must be one of photo, video, document, both, all/,
  );
  await refused(
    '@a_chat --media-type photo --kind video',
    'CONTRADICTION',
    /--media-type and --kind both say which files/,
  );
  await refused('@a_chat --kind films', 'BAD_SELECTION', /--kind must be kinds of messages/);
  await refused(
    '@a_chat --start-date 2024-12-31 --end-date 2024-01-01',
    'CONTRADICTION',
    /--since and --until together choose nothing/,
  );
  await refused('@a_chat --start-date yesterday', 'BAD_SELECTION', /--since must be a date/);
  await refused('@a_chat --parallel 17', 'BAD_SETTING', /--parallel must be a whole number from 1 to 16/);
  await refused('@a_chat --dedupe move', 'BAD_SETTING', /--dedupe must be one of skip, link, copy/);
  await refused('@a_chat --path {chatt}/{name}', 'BAD_TEMPLATE', /--path/);
  await refused('@a_chat --path ../{name}', 'BAD_TEMPLATE', /must not lead upwards/);
  await refused(
    '@a_chat --schedule often',
    'BAD_SCHEDULE',
    /--schedule must be a cron expression such as '0 3 \* \* \*'/,
  );
  await refused('@a_chat --schedule @daily --dry-run', 'CONTRADICTION', /leave out --dry-run or --schedule/);
  await refused('@a_chat --dry-run --show-count', 'CONTRADICTION', /leave out --show-count or --dry-run/);
  await refused('--from-file ids', 'CONTRADICTION', /--from-file has ids of messages, and no chat is named/);
  await refused('--from-file ids @one_chat @two_chat', 'CONTRADICTION', /2 chats are named/);
  await refused('@a_chat --from-file absent', 'BAD_LIST', /absent can't be read/);
  await refused('--list-chats @a_chat', 'CONTRADICTION', /leave out the words behind it, or --list-chats/);
  await refused('--list-chats --media-type all', 'CONTRADICTION', /leave out --media-type, or --list-chats/);
  await refused(
    '@a_chat --output-dir x --output y',
    'CONTRADICTION',
    /--output-dir and --output are two names of one flag, with different values/,
  );
  await refused('@a_chat --api-hash x', 'USAGE', /TG_API_HASH has no flag, since process lists show flags/);
  await refused('@a_chat --phone +4312345', 'USAGE', /TG_PHONE has no flag/);
  await refused(
    '@a_chat --dir file',
    'OUTPUT_UNWRITABLE',
    /The folder of --output can't be used, .*file: not a directory/,
  );
  await refused('@a_chat --output file/below', 'OUTPUT_UNWRITABLE', /not a directory/);
  if (process.getuid?.() !== 0)
    await refused('@a_chat --output-dir closed', 'OUTPUT_UNWRITABLE', /permission denied/);
  await refused('@a_chat --output s3://', 'BAD_S3_ADDRESS', /s3:\/\//);
  await refused('@a_chat --output s3://bucket/files', 'MISSING_SETTING', /AWS_ACCESS_KEY_ID/);
  await refused('', 'BAD_SETTING', /PARALLEL_DOWNLOADS must be a whole number/, {
    PARALLEL_DOWNLOADS: 'many',
  });
  assert.ok(!existsSync(join(cwd, 'data')), 'nothing was made');
});

test('dates of the older downloader may have a time of day, in UTC', async (t) => {
  const dates = ['--start-date', '2024-01-02 00:00:01', '--end-date', '2024-01-02 00:00:00'];
  await assert.rejects(
    runInProcess(['download', '@a_chat', ...dates], { cwd: temporaryFolder(t), environment: ENVIRONMENT }),
    /--since and --until together choose nothing/,
  );
});

test('--source adds up, and its list stands for several chats', async (t) => {
  const cwd = temporaryFolder(t);
  const stdin = new PassThrough();
  stdin.end('');
  const words = ['--source', 'nochat', '--chat-id=@a_chat', '-1001234567890'];
  await assert.rejects(
    runInProcess(['download', ...words], { cwd, environment: ENVIRONMENT, stdin }),
    /--source "nochat" is not a chat/,
  );
});
