import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repositoryRoot } from '../support/paths.js';
import { pretendMachine } from './machine.js';

const folder = join(repositoryRoot, 'tuning');
const scripts = readdirSync(folder).filter((name) => name.endsWith('.sh'));

test('there are no other scripts', () => {
  assert.deepEqual(scripts.sort(), ['aws-create-instance.sh', 'network-tuning.sh', 'setup.sh']);
});

for (const name of scripts) {
  const path = join(folder, name);

  test(`${name} is sound bash that stops at the first fault`, () => {
    const { status, stderr } = spawnSync('bash', ['-n', path], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.match(readFileSync(path, 'utf8'), /^#!\/usr\/bin\/env bash\n(#.*\n)*set -euo pipefail\n/);
    assert.ok(statSync(path).mode & 0o100, 'executable');
  });

  test(`${name} --help explains every option and does nothing`, (t) => {
    const machine = pretendMachine(t);
    const { status, stdout } = machine.run(name, '--help');
    assert.equal(status, 0);
    const labels = [...readFileSync(path, 'utf8').matchAll(/^ +(--[a-z-]+(?: \| -+[a-z-]+)*)\)/gm)];
    const options = new Set(
      labels.flatMap((label) => label[1]?.split(' | ') ?? []).filter((word) => word !== '-h'),
    );
    assert.ok(options.has('--dry-run'));
    for (const option of options) assert.ok(stdout.includes(option), option);
    assert.deepEqual(readdirSync(machine.root), []);
  });

  test(`${name} passes shellcheck`, (t) => {
    if (spawnSync('shellcheck', ['--version']).error) {
      t.skip('skipped: shellcheck not installed');
      return;
    }
    const { status, stdout } = spawnSync('shellcheck', [path], { encoding: 'utf8' });
    assert.equal(status, 0, stdout);
  });
}
