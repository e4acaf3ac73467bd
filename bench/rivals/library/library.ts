import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installStep } from '../install-step.js';
import type { Installed, Rival } from '../rival.js';

const PACKAGE = 'teleproto@1.229.0';

/** The library that TelePi is built on, by itself. */
export const library: Rival = {
  name: 'library',
  about: `Node.js, ${PACKAGE}: its own iterDownload of 512 KiB, ten upload.saveBigFilePart in flight; downloadMedia of five messages at once`,
  install: (cacheDir) => install(cacheDir, 'stream'),
};

/** The way in which most programs use it. */
export const disk: Rival = {
  name: 'disk',
  about: `Node.js, ${PACKAGE}: downloadMedia to a file, then sendFile of it, each with the library's own pool of connections`,
  install: (cacheDir) => install(cacheDir, 'disk'),
};

async function install(cacheDir: string, way: 'stream' | 'disk'): Promise<Installed> {
  const prefix = join(cacheDir, 'library');
  await mkdir(prefix, { recursive: true });
  // A package of its own, so that npm doesn't look for one in the folders above.
  await writeFile(join(prefix, 'package.json'), '{ "private": true }\n');
  if (!existsSync(join(prefix, 'node_modules/teleproto/index.js'))) {
    await installStep(
      'npm',
      ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', PACKAGE],
      {
        cwd: prefix,
      },
    );
  }
  const script = fileURLToPath(new URL('client.js', import.meta.url));
  const program = { command: process.execPath, args: [script, way, prefix] };
  return { program, version: `Node.js ${process.version}` };
}
