import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { COMMANDS } from '../../lib/cli/commands.js';
import { settingKeys, specOf } from '../../lib/settings/table.js';
import { repositoryRoot } from '../support/paths.js';

const PAGES = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md'] as const;

function read(page: string): string {
  return readFileSync(join(repositoryRoot, page), 'utf8');
}

/** The cells of a page's table rows. */
function rowsOf(page: string): string[][] {
  return read(page)
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').map((cell) => cell.trim()));
}

test('README has a row for each setting, with its flag and default', () => {
  const rows = rowsOf('README.md');
  for (const { name, flag, default: preset, secret } of settingKeys.map(specOf)) {
    const row = rows.find(([, names = '']) => names.split(', ').includes(`\`${name}\``));
    assert.ok(row, `no row names ${name}`);
    const [, , flags = '', presets = '', about = ''] = row;
    assert.equal(flags, flag === undefined ? '' : `\`--${flag}\``, name);
    if (preset !== undefined && !['false', ''].includes(preset))
      assert.ok(presets.includes(preset), `${name}: ${presets}`);
    if (secret) assert.match(about, /secret/, name);
  }
});

test('README has a row for each command, with its own flags', () => {
  const rows = rowsOf('README.md');
  for (const { name, flags } of COMMANDS) {
    const row = rows.find(([, first = '']) => new RegExp(`^\`telepi ${name}[ \`]`).test(first));
    assert.ok(row, `no row is about telepi ${name}`);
    if (name === 'sandbox') continue;
    for (const flag of flags) assert.ok(row.join('|').includes(`--${flag.name}`), `${name} --${flag.name}`);
  }
});

test('files that a page links to or names exist', () => {
  for (const page of PAGES) {
    const text = read(page);
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)) {
      assert.ok(existsSync(join(repositoryRoot, dirname(page), target)), `${page} links to ${target}`);
    }
  }
  for (const page of ['ARCHITECTURE.md', 'CONTRIBUTING.md']) {
    for (const [, named = ''] of read(page).matchAll(
      /`((?:lib|test|bench)?\/?[a-z-]+(?:\/[a-z-]+)*\/[\w.-]+\.(?:ts|json|md|sql))`/g,
    )) {
      if (/NAME|-N\./.test(named)) continue;
      const known = [named, join('lib', named)].some((path) => existsSync(join(repositoryRoot, path)));
      assert.ok(known, `${page} names ${named}`);
    }
  }
});
