import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repositoryRoot } from '../support/paths.js';

interface LockedPackage {
  readonly version: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
}

const read = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');
const { packages } = JSON.parse(read('package-lock.json')) as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};
const installed = Object.entries(packages).filter(([path]) => path.includes('node_modules/'));

test('every package is pinned by its hash, comes from the registry, and has no script that runs at its install', () => {
  assert.ok(installed.length > 50);
  for (const [path, { version, integrity, resolved, hasInstallScript }] of installed) {
    assert.match(integrity ?? '', /^sha512-/, `${path} ${version} has no hash`);
    assert.ok(
      resolved === undefined || resolved.startsWith('https://registry.npmjs.org/'),
      `${path}: ${resolved}`,
    );
    assert.notEqual(hasInstallScript, true, `${path} runs a script at its install`);
  }
});

test('no version that SECURITY.md calls affected is locked', () => {
  const rows = [...read('SECURITY.md').matchAll(/^\| ([\w@/-]+) \| .* \| (<=|=) (\d+\.\d+\.\d+) \|/gm)];
  assert.ok(rows.length >= 15, `only ${rows.length} rows were seen`);
  for (const [, name = '', sign, bound = ''] of rows) {
    const versions = installed.filter(([path]) => path.endsWith(`node_modules/${name}`));
    assert.ok(versions.length > 0, `${name} is not installed any more: take it out of SECURITY.md`);
    for (const [path, { version }] of versions) {
      const order = compare(version, bound);
      assert.ok(sign === '=' ? order !== 0 : order > 0, `${path} ${version} is affected (${sign} ${bound})`);
    }
  }
});

function compare(one: string, other: string): number {
  const [left, right] = [one, other].map((version) => version.split('.').map(Number));
  for (const index of [0, 1, 2]) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
