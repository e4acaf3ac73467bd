import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FILL, filesIn } from '../../support/download-command.js';
import { launcher } from '../../support/paths.js';
import { hasPseudoTerminals, onTerminal } from '../../support/pseudo-terminal.js';
import { openScene, recordsOf } from '../../support/scene.js';

const ARGS = ['download', '@sandbox_readonly', '--media-type', 'all', '--pick'];
const skip = !hasPseudoTerminals;

test('telepi download --pick --json: the list is on the terminal, the records are in a file, and Ctrl-C ends it', {
  skip,
}, async (t) => {
  const scene = await openScene(t, {}, FILL);
  await scene.signIn();
  const options = { cwd: scene.cwd, columns: 20, rows: 5, environment: scene.connection };
  const command = `'${process.execPath}' '${launcher}' ${ARGS.join(' ')}`;
  const left = onTerminal(t, command, options);
  await left.until(/0\/13/);
  left.send('\u0003');
  assert.equal(await left.ended, 130, left.screen.screen.join('\n'));
  assert.match(left.screen.screen.join(''), /Ending cleanly after SIGINT/);
  assert.ok(left.screen.cursorVisible && left.screen.wraps && !left.screen.marksPastes);
  const folder = join(scene.cwd, 'downloads');
  assert.ok(!existsSync(folder) || filesIn(folder).length === 0);
  const list = onTerminal(t, `${command} --json > records`, options);
  await list.until(/0\/13/);
  list.send('pdf\u0001');
  await list.until(/\n[1-9]\d?\/13/);
  const [, ticked] = /\n(\d+)\/13/.exec(list.screen.screen.join('\n')) ?? [];
  list.send('\r');
  assert.equal(await list.ended, 0, list.screen.screen.join('\n'));
  const records = recordsOf(readFileSync(join(scene.cwd, 'records'), 'utf8'));
  assert.equal(records[0]?.['event'], 'found');
  const files = filesIn(folder);
  assert.equal(files.length, Number(ticked));
  assert.ok(files.every((name) => name.endsWith('.pdf')));
});

test('without a terminal that can draw a list, --pick is refused before anything is read', async (t) => {
  const scene = await openScene(t, {}, FILL);
  const { status, stderr } = await scene.run(ARGS);
  assert.equal(status, 2);
  assert.match(stderr, /^telepi: --pick shows a list on a terminal, and there is none .*: choose by --kind/);
  if (skip) return;
  const command = `'${process.execPath}' '${launcher}' ${ARGS.join(' ')}`;
  const environment = { ...scene.connection, TERM: 'dumb' };
  const dumb = onTerminal(t, command, { cwd: scene.cwd, columns: 80, rows: 24, environment });
  assert.equal(await dumb.ended, 2);
});
