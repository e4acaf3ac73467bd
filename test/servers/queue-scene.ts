import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { DatabaseAddress } from '../../lib/base/database-address.js';
import type { SandboxOptions } from '../../lib/sandbox/sandbox.js';
import { filesIn, hashOf } from '../support/download-command.js';
import { openScene, recordsOf, type Scene } from '../support/scene.js';
import { administer } from './administer.js';
import { databaseUrl } from './database-url.js';
import type { ServerSubject } from './databases.js';
import { type Host, hostOf } from './worker-process.js';

const FILL = { messages: 10, largeFiles: [], edgeSizes: false };

/** A sandbox, a database, and hosts that share them. */
export interface QueueScene extends Scene {
  readonly address: DatabaseAddress;
  readonly hosts: readonly Host[];
  /** What telepi prints as records; it must succeed. */
  records(...args: string[]): Promise<Record<string, unknown>[]>;
}

export async function queueScene(
  t: TestContext,
  subject: ServerSubject,
  names: readonly string[],
  sandbox: SandboxOptions = {},
): Promise<QueueScene> {
  const scene = await openScene(t, sandbox, FILL);
  const address = await subject.address(t);
  const hosts: Host[] = [];
  for (const name of names) hosts.push(await hostOf(t, scene, name, databaseUrl(address)));
  return {
    ...scene,
    address,
    hosts,
    async records(...args) {
      const [host] = hosts;
      const { status, stdout, stderr } = await scene.run([...args, '--json'], host?.environment, host);
      assert.equal(status, 0, `${args.join(' ')}: ${stderr}`);
      return recordsOf(stdout);
    },
  };
}

export function eventsOf(records: readonly Record<string, unknown>[], job: unknown): unknown[] {
  return records.filter((record) => record['job'] === job).map(({ event }) => event);
}

/** Of the files that all hosts have downloaded, each copy. */
export function contentsOf(hosts: readonly Host[]): string[] {
  return hosts
    .flatMap(({ cwd }) => filesIn(join(cwd, 'downloads')).map((name) => join(cwd, 'downloads', name)))
    .map((path) => hashOf(readFileSync(path)))
    .sort();
}

export async function everythingIn(address: DatabaseAddress): Promise<unknown[]> {
  const tables = (await administer(
    address,
    "select table_schema || '.' || table_name as name from information_schema.tables where table_schema in ('public', 'telepi_queue')",
  )) as { readonly name: string }[];
  const rows: unknown[] = [];
  for (const { name } of tables) rows.push(...(await administer(address, `select * from ${name}`)));
  return rows;
}

/** Two minutes pass for the workers that aren't there any more. */
export async function aged(address: DatabaseAddress): Promise<void> {
  await administer(
    address,
    "update workers set seen_datetime = seen_datetime - interval '2 minutes' where worker_id in (select worker_id from worker_jobs)",
  );
}

export async function logSays({ cwd }: Host, job: string, words: RegExp): Promise<void> {
  const path = join(cwd, 'data', 'worker', `${job}.log`);
  await until(() => {
    try {
      return words.test(readFileSync(path, 'utf8'));
    } catch {
      return false;
    }
  });
}

export async function childOf(pid: number | undefined): Promise<number> {
  let found: number | undefined;
  await until(() => {
    found = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .find((each) => statOf(each)?.parent === pid);
    return found !== undefined;
  });
  return found ?? 0;
}

/** The group that a terminal's signals reach a process in. */
export function groupOf(pid: number): number | undefined {
  return statOf(pid)?.group;
}

export async function gone(pid: number): Promise<void> {
  await until(() => (statOf(pid)?.state ?? 'Z') === 'Z');
}

function statOf(
  pid: number,
): { readonly state: string; readonly parent: number; readonly group: number } | undefined {
  try {
    const [, state = '', parent, group] =
      /\) (\S) (\d+) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return { state, parent: Number(parent), group: Number(group) };
  } catch {
    return undefined;
  }
}

export async function until(is: () => boolean): Promise<void> {
  while (!is()) await new Promise((resolve) => setTimeout(resolve, 20));
}
