import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Filled, type FillOptions, fillSandbox } from '../../lib/sandbox/fill.js';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../lib/sandbox/sandbox.js';
import { connectionSettings, loginSettings } from './sandbox-environment.js';
import { type TelepiOptions, type TelepiOutcome, telepi } from './telepi.js';
import { temporaryFolder } from './temporary-folder.js';

/** A sandbox in this process, and telepi in processes of its own that know only its address and key. */
export interface Scene {
  readonly sandbox: Sandbox;
  readonly filled: Filled;
  /** The working directory of telepi, with its data directory in it. */
  readonly cwd: string;
  /** The settings that lead telepi to the sandbox; no account. */
  readonly connection: Readonly<Record<string, string>>;
  run(
    args: readonly string[],
    environment?: Readonly<Record<string, string>>,
    more?: Partial<TelepiOptions>,
  ): Promise<TelepiOutcome>;
  /** Signs in by code and password; the session stays in the data directory. */
  signIn(): Promise<void>;
  /** The session string that signIn left. */
  session(): string;
}

export async function openScene(
  t: Pick<TestContext, 'after'>,
  options: SandboxOptions = {},
  fill: FillOptions = { messages: 60, largeFiles: [], edgeSizes: false },
): Promise<Scene> {
  const cwd = temporaryFolder(t);
  const sandbox = await startSandbox({ seed: 'scene', ...options });
  t.after(() => sandbox.close());
  const filled = fillSandbox(sandbox, fill);
  writeFileSync(join(cwd, 'server.pem'), sandbox.server.publicKeyPem);
  const connection = connectionSettings(sandbox.server, filled, 'server.pem');
  const run: Scene['run'] = (args, environment = {}, more = {}) =>
    telepi(args, { cwd, environment: { ...connection, ...environment }, ...more });
  return {
    sandbox,
    filled,
    cwd,
    connection,
    run,
    async signIn() {
      const { status, stderr } = await run(['login'], loginSettings(filled));
      if (status !== 0) throw new Error(`telepi login ended with ${status}: ${stderr}`);
    },
    session: () => readFileSync(join(cwd, 'data', 'session'), 'utf8').trim(),
  };
}

/** The JSON objects of an output, one per line. */
export function recordsOf(stdout: string): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
