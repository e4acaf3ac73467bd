import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes } from '../../lib/base/bytes.js';
import { VIAS } from '../../lib/base/ways.js';
import { REDUCTIONS, SKIP_REASONS } from '../../lib/messages/losses.js';
import { fillSandbox } from '../../lib/sandbox/fill.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import { countsOf } from '../support/run-counts.js';
import { loginSettings, sandboxEnvironment } from '../support/sandbox-environment.js';
import { recordsOf } from '../support/scene.js';
import { type ShowcaseChat, showcaseChats } from '../support/showcase-chats.js';
import { type TelepiOptions, telepi } from '../support/telepi.js';

type Counts = Readonly<Record<string, number>>;
type Call = (args: readonly string[]) => Promise<Record<string, unknown>>;

const PATIENCE_MS = 3 * 60_000;

/**
 * Clones each chat that `telepi sandbox --content showcase` serves in each way, after a dry run, and verifies every copy with
 * `telepi verify --hashes` and without the ledger. Throws when one of them doesn't end with 0, when the dry run counted something else than the run,
 * and when something was left out or reduced for a reason that the tables don't have.
 */
export async function showShowcase(
  seed: string,
  directory: string,
  say: (line?: string) => void,
): Promise<void> {
  const sandbox = await startSandbox({ seed, redrawPhotos: true });
  try {
    const filled = fillSandbox(sandbox, { seed, content: 'showcase' });
    const cwd = join(directory, 'showcase');
    await mkdir(cwd);
    const environment = {
      ...(await sandboxEnvironment(sandbox, filled, cwd)),
      ...loginSettings(filled),
      MIN_INTERVAL: '0',
    };
    const options = { cwd, environment, patienceMs: PATIENCE_MS };
    const { status, stderr } = await telepi(['login'], options);
    if (status !== 0) throw new Error(`telepi login ended with ${status}:\n${stderr}`);
    for (const chat of showcaseChats(sandbox, filled)) {
      for (const via of VIAS) say(`   ${await cloneAndVerify(chat, via, options)}`);
    }
  } finally {
    await sandbox.close();
  }
}

async function cloneAndVerify(chat: ShowcaseChat, via: string, options: TelepiOptions): Promise<string> {
  const { title, settings } = chat.newTarget();
  const call: Call = async (args) => {
    const environment = { ...options.environment, ...settings };
    const { status, stdout, stderr } = await telepi([...args, '--json'], { ...options, environment });
    const record = recordsOf(stdout).at(-1);
    if (status === 0 && record) return record;
    throw new Error(
      `telepi ${args.join(' ')} of the ${chat.name} into ${title}: ${status}\n${stdout}${stderr}`,
    );
  };
  const foretold = await call(['run', '--via', via, '--dry-run']);
  const run = await call(['run', '--via', via]);
  assert.deepEqual(
    countsOf(foretold),
    countsOf(run),
    `a dry run of the ${chat.name} by ${via} counts what the run then does`,
  );
  const verified = await call(['verify', '--hashes']);
  await call(['verify', '--without-ledger']);
  const [skipped, reduced] = [run['skipped'] as Counts, verified['reductions'] as Counts];
  refuseUnknown('left out', skipped, Object.keys(SKIP_REASONS));
  refuseUnknown('reduced', reduced, Object.keys(REDUCTIONS));
  if (run['sent'] !== verified['compared'])
    throw new Error(`${run['sent']} messages were sent, ${verified['compared']} compared.`);
  return [
    `${chat.name}, ${via}: sent ${run['sent']} (${words(run['ways'] as Counts)})`,
    `moved ${formatBytes(Number(run['bytes']))}`,
    `left out ${words(skipped)}`,
    `compared ${verified['compared']} and ${verified['files']} files, ${verified['total']} differences`,
    `reductions: ${words(reduced)}`,
  ].join('; ');
}

function refuseUnknown(what: string, counts: Counts, known: readonly string[]): void {
  const unknown = Object.keys(counts).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`The table has no reason ${unknown.join(', ')} for what was ${what}.`);
}

function words(counts: Counts): string {
  const each = Object.entries(counts).map(([name, value]) => `${name} ${value}`);
  return each.length === 0 ? 'nothing' : each.join(', ');
}
