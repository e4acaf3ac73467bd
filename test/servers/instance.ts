import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chmodSync, chownSync, constants, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { startTethered, type TetheredProcess } from '../support/tethered-process.js';

/** A database server of our own: in a temporary directory, on a port of its own, as a user without rights. */
export interface Instance {
  readonly kind: 'postgres' | 'mysql';
  readonly port: number;
  /** Everything of it is in there. */
  readonly directory: string;
  readonly user: string;
  readonly password: string;
  /** Ends it, and removes everything of it. */
  stop(): Promise<void>;
  /** Kills it, as a power cut does. */
  crash(): Promise<void>;
  /** Starts it again after a crash, on the same port with the same data. */
  restart(): Promise<void>;
}

const run = promisify(execFile);
const PASSWORD = 'Pa55 w%rd@:/';
/** Servers refuse to run as root. Debian's user for what belongs to nobody. */
const NOBODY = 65_534;

/** Whether its programs are here (Debian: postgresql, mariadb-server). */
export function isInstalled(kind: Instance['kind']): boolean {
  return recipeOf(kind) !== undefined;
}

function recipeOf(kind: Instance['kind']): Recipe | undefined {
  return kind === 'postgres' ? postgres() : mariadb();
}

/** Starts one. `settings`: of Postgres, over those of tests. @throws when its programs aren't installed */
export async function startInstance(
  kind: Instance['kind'],
  settings: Readonly<Record<string, string>> = {},
): Promise<Instance> {
  const recipe = recipeOf(kind);
  if (!recipe) throw new Error(`The programs of ${kind} are missing.`);
  const directory = mkdtempSync(join(tmpdir(), `telepi-${kind}-`));
  chmodSync(directory, 0o700);
  const asRoot = process.getuid?.() === 0;
  if (asRoot) chownSync(directory, NOBODY, NOBODY);
  const as = {
    cwd: directory,
    ...(asRoot && { uid: NOBODY, gid: NOBODY }),
    env: { ...process.env, HOME: directory },
  };
  const clear = (): void => {
    // The server may still be writing.
    rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  };
  let server: TetheredProcess | undefined;
  const port = await freePort();
  const start = async (): Promise<void> => {
    const words = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const given = [...recipe.arguments(directory, port), ...words];
    server = startTethered(recipe.server, given, { ...as, folder: directory });
    await ready(server, recipe.ready);
  };
  try {
    await recipe.prepare(directory, as);
    await start();
  } catch (error) {
    await server?.stop();
    clear();
    throw error;
  }
  const kill = async (): Promise<void> => server?.stop();
  return {
    kind,
    port,
    directory,
    user: recipe.user,
    password: PASSWORD,
    async stop() {
      await kill();
      clear();
    },
    crash: kill,
    restart: start,
  };
}

interface Recipe {
  readonly server: string;
  readonly user: string;
  readonly ready: RegExp;
  prepare(directory: string, as: object): Promise<void>;
  arguments(directory: string, port: number): string[];
}

function postgres(): Recipe | undefined {
  const folder = postgresFolder();
  if (folder === undefined) return undefined;
  return {
    server: join(folder, 'postgres'),
    user: 'telepi_admin',
    ready: /ready to accept connections/,
    async prepare(directory, as) {
      const data = join(directory, 'data');
      // Its own programs read a password from a file alone.
      const file = join(directory, 'password');
      await run('sh', ['-c', 'umask 077 && printf %s "$1" > "$2"', 'sh', PASSWORD, file], as);
      await run(
        join(folder, 'initdb'),
        [
          '-D',
          data,
          '-U',
          'telepi_admin',
          '-A',
          'scram-sha-256',
          `--pwfile=${file}`,
          '-E',
          'UTF8',
          '--locale=C.UTF-8',
          '-N',
        ],
        as,
      );
    },
    arguments: (directory, port) => [
      ...['-D', join(directory, 'data'), '-p', String(port), '-h', '127.0.0.1', '-k', directory],
      ...['-c', 'fsync=off', '-c', 'max_connections=60'],
    ],
  };
}

/** Debian keeps each version's programs in a folder of its own. */
function postgresFolder(): string | undefined {
  const versions = '/usr/lib/postgresql';
  const folders = listing(versions)
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => join(versions, version, 'bin'));
  return [...folders, ...paths()].find((folder) =>
    ['initdb', 'postgres'].every((name) => isProgram(join(folder, name))),
  );
}

function mariadb(): Recipe | undefined {
  const server = program('mariadbd');
  const install = program('mariadb-install-db');
  const client = program('mariadb');
  if (!server || !install || !client) return undefined;
  return {
    server,
    user: 'telepi_admin',
    ready: /ready for connections/,
    async prepare(directory, as) {
      const words = ['--no-defaults', `--datadir=${join(directory, 'data')}`, `--tmpdir=${directory}`];
      await run(install, [...words, '--auth-root-authentication-method=normal', '--skip-test-db'], as);
      const user = `create user if not exists telepi_admin@'127.0.0.1' identified by '${PASSWORD}';`;
      const grant = "grant all on *.* to telepi_admin@'127.0.0.1' with grant option;";
      const script = [
        '-c',
        'printf "%s\\n" "$1" > "$2"',
        'sh',
        `${user}\n${grant}`,
        join(directory, 'init.sql'),
      ];
      await run('sh', script, as);
    },
    arguments: (directory, port) => [
      '--no-defaults',
      `--datadir=${join(directory, 'data')}`,
      `--tmpdir=${directory}`,
      `--socket=${join(directory, 'socket')}`,
      `--pid-file=${join(directory, 'pid')}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--skip-name-resolve',
      '--innodb-buffer-pool-size=64M',
      '--innodb-flush-log-at-trx-commit=2',
      '--innodb-flush-method=nosync',
      `--init-file=${join(directory, 'init.sql')}`,
    ],
  };
}

function program(name: string): string | undefined {
  return paths()
    .map((folder) => join(folder, name))
    .find(isProgram);
}

function paths(): string[] {
  return [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function listing(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, 'close');
  return port;
}

function ready(server: TetheredProcess, words: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    server.said.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-20_000);
      if (words.test(said)) resolve();
    });
    void server.ended.then(() => reject(new Error(`the server ended:\n${said}`)));
  });
}
