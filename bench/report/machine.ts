import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import { formatBytes } from '../../lib/base/bytes.js';
import { findCrypto } from '../../lib/crypto/choose.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The machine and versions that the figures were measured with. */
export function describeMachine(): Readonly<Record<string, string>> {
  const all = cpus();
  const { crypto } = findCrypto();
  const { version, dependencies } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as {
    version: string;
    dependencies: Record<string, string>;
  };
  return {
    CPU: `${all[0]?.model.trim() ?? 'unknown'}, ${all.length} cores shared by server and client`,
    memory: formatBytes(totalmem()),
    system: `${type()} ${release()}`,
    load: loadWords(loadavg(), all.length),
    node: process.version,
    telepi: [version, commit()].filter(Boolean).join(', commit '),
    crypto: `${crypto.name}: ${crypto.detail}`,
    library: dependencies['telegram'] ?? '',
  };
}

/** With only client and server there are about two processes that want to run. */
function loadWords(load: readonly number[], cores: number): string {
  const words = load.map((one) => one.toFixed(2)).join(' ');
  const busy = (load[0] ?? 0) > cores + 1;
  return busy ? `${words}: the machine was BUSY with other work, and times by the clock are too long` : words;
}

function commit(): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', ['-C', ROOT, ...args], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    return (
      git('rev-parse', '--short', 'HEAD') +
      (git('status', '--porcelain', '-uno') === '' ? '' : ' and changes')
    );
  } catch {
    return '';
  }
}
