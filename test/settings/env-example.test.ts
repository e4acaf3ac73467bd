import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'dotenv';
import { readSettings } from '../../lib/settings/settings.js';
import { settingKeys, specOf } from '../../lib/settings/table.js';
import { repositoryRoot } from '../support/paths.js';

const path = join(repositoryRoot, '.env.example');
const text = readFileSync(path, 'utf8');

test('.env.example documents each setting, its flag and its default, and no others', () => {
  const values = parse(text);
  assert.deepEqual(new Set(Object.keys(values)), new Set(settingKeys.map((key) => specOf(key).name)));
  for (const spec of settingKeys.map(specOf)) {
    assert.equal(values[spec.name], spec.default ?? '', spec.name);
    const comment = new RegExp(`((?:^#.*\\n)+)${spec.name}=`, 'm').exec(text)?.[1];
    assert.ok(comment, `${spec.name} has a comment above it`);
    if (spec.flag !== undefined) assert.ok(comment.includes(`Flag: --${spec.flag}`), spec.name);
    if (spec.secret) assert.ok(comment.includes('Secret'), spec.name);
  }
});

test('.env.example gives the defaults as it is', () => {
  const sources = { flags: {}, environment: {}, workingDirectory: repositoryRoot };
  assert.deepEqual(
    readSettings({ ...sources, envFile: path }),
    readSettings({ ...sources, envFile: '/dev/null' }),
  );
});
