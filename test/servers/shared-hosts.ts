import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { deferred } from '../../lib/base/deferred.js';
import type { StoredFile } from '../../lib/sandbox/files/stored-file.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { loginSettings } from '../support/sandbox-environment.js';
import { openScene, type Scene } from '../support/scene.js';

/** A chat with files of all sizes, and hosts with a data directory, a login and a folder of their own that download it. */
export interface SharedHosts {
  readonly scene: Scene;
  readonly hosts: readonly SharedHost[];
  readonly progress: Progress;
  /** How often each file was asked for, by its id: 1, if every byte of it was asked for once. */
  asked(): ReadonlyMap<bigint, number>;
  /** The SHA-256 of each file, by its id. */
  readonly contents: ReadonlyMap<bigint, string>;
}

/** How many files were downloaded so far, as the hosts have said. */
export class Progress {
  #files = 0;
  #waiting: { readonly files: number; readonly resolve: () => void }[] = [];

  get files(): number {
    return this.#files;
  }

  add(): void {
    this.#files += 1;
    for (const { files, resolve } of this.#waiting) if (files <= this.#files) resolve();
    this.#waiting = this.#waiting.filter(({ files }) => files > this.#files);
  }

  /** Resolves when there are so many. */
  until(files: number): Promise<void> {
    const { promise, resolve } = deferred<void>();
    if (files <= this.#files) resolve();
    else this.#waiting.push({ files, resolve });
    return promise;
  }
}

/** One in seven is a document of up to three parts; the others are photos of 20 kB. */
export async function sharedHosts(
  t: TestContext,
  { files, names }: { readonly files: number; readonly names: readonly string[] },
  environment: Readonly<Record<string, string>>,
): Promise<SharedHosts> {
  const scene = await openScene(t, {}, { messages: 1, largeFiles: [], edgeSizes: false });
  const { sandbox, filled } = scene;
  const chat = sandbox.world.createChannel({ title: 'shared', creator: filled.user.id, megagroup: true });
  const contents = new Map<bigint, string>();
  const sizes = new Map<bigint, number>();
  for (let nth = 0; nth < files; nth += 1) {
    const seed = `shared ${nth}`;
    const size = nth % 7 === 3 ? 300_000 + (nth % 1000) * 1_200 : 20_000;
    const file =
      nth % 7 === 3
        ? sandbox.files.add({
            kind: 'document',
            dcId: 2,
            size,
            seed,
            mimeType: 'application/zip',
            attributes: [],
          })
        : sandbox.files.add({ kind: 'photo', dcId: 2, size, seed, width: 400, height: 300 });
    const kind = nth % 7 === 3 ? ('document' as const) : ('photo' as const);
    const media = { kind, fileId: file.id, spoiler: false };
    sandbox.world.post({ chat: chat.id, from: filled.user.id, text: '', media });
    sizes.set(file.id, size);
    contents.set(file.id, hashOf(sandbox.files.read(file, 0, size) ?? assert.fail()));
  }
  const bytes = new Map<bigint, number>();
  const read = sandbox.files.read.bind(sandbox.files);
  sandbox.files.read = (file: StoredFile, ...rest) => {
    const part = read(file, ...rest);
    bytes.set(file.id, (bytes.get(file.id) ?? 0) + (part?.length ?? 0));
    return part;
  };
  const progress = new Progress();
  const hosts: SharedHost[] = [];
  for (const name of names) {
    const host = new SharedHost(scene, chat, { name, environment, progress });
    await host.signIn();
    hosts.push(host);
  }
  const asked = () => new Map([...sizes].map(([id, size]) => [id, (bytes.get(id) ?? 0) / size]));
  return { scene, hosts, progress, asked, contents };
}

/** A machine of another name, as far as its processes can see. */
export class SharedHost {
  readonly name: string;
  readonly folder: string;
  readonly #scene: Scene;
  readonly #chat: Pick<Chat, 'id'>;
  readonly #progress: Progress;
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;
  #kills = 0;

  constructor(
    scene: Scene,
    chat: Pick<Chat, 'id'>,
    more: {
      readonly name: string;
      readonly environment: Readonly<Record<string, string>>;
      readonly progress: Progress;
    },
  ) {
    const { name } = more;
    const preload = join(scene.cwd, `${name}.mjs`);
    const words = `os.hostname = () => ${JSON.stringify(name)};\nsyncBuiltinESMExports();\n`;
    writeFileSync(
      preload,
      `import os from 'node:os';\nimport { syncBuiltinESMExports } from 'node:module';\n${words}`,
    );
    this.name = name;
    this.folder = join(scene.cwd, `files-${name}`);
    this.#scene = scene;
    this.#chat = chat;
    this.#progress = more.progress;
    this.#environment = {
      ...more.environment,
      DATA_DIR: join(scene.cwd, `data-${name}`),
      NODE_OPTIONS: `--import=${pathToFileURL(preload).href}`,
    };
  }

  async signIn(): Promise<void> {
    const { status, stderr } = await this.#scene.run(['login'], {
      ...this.#environment,
      ...loginSettings(this.#scene.filled),
    });
    assert.equal(status, 0, stderr);
  }

  /** Downloads the chat; begins again at once whenever it is killed. */
  async download(): Promise<void> {
    for (;;) {
      const kills = this.#kills;
      const words = ['--chat-id', String(this.#chat.id), '--media-type', 'all', '--output', this.folder];
      const { status, stderr, signal } = await this.#scene.run(
        ['download', ...words, '--json'],
        this.#environment,
        { patienceMs: 20 * 60_000, onStart: (child) => this.#watch(child) },
      );
      this.#child = undefined;
      if (signal === 'SIGKILL' && this.#kills > kills) continue;
      assert.equal(status, 0, `${this.name}: ${signal} ${stderr}`);
      return;
    }
  }

  /** Returns whether there was a process. */
  kill(): boolean {
    if (!this.#child) return false;
    this.#kills += 1;
    return this.#child.kill('SIGKILL');
  }

  stop(): boolean {
    return this.#child?.kill('SIGSTOP') ?? false;
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** The SHA-256 of each file in its folder, and the names of files under way. */
  files(): { readonly hashes: readonly string[]; readonly left: readonly string[] } {
    const names = readdirSync(this.folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const left = names.filter(({ name }) => /\.(?:part|lock)$/.test(name)).map(({ name }) => name);
    const whole = names.filter(({ name }) => !left.includes(name));
    return {
      hashes: whole.map(({ parentPath, name }) => hashOf(readFileSync(join(parentPath, name)))),
      left,
    };
  }

  #watch(child: ChildProcess): void {
    this.#child = child;
    let rest = '';
    child.stdout?.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.includes('"event":"done"')) this.#progress.add();
    });
  }
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
