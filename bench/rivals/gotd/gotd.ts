import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { installStep } from '../install-step.js';
import type { Rival } from '../rival.js';
import { rivalFile } from '../rival-file.js';

/** Where Go is when it isn't in PATH. */
const USUAL_GO = '/usr/local/go/bin/go';

/** Go at its best. */
export const gotd: Rival = {
  name: 'gotd',
  about:
    'Go, gotd/td 0.162.0: 16 requests down, 10 up, a pool of 32 connections, parts in any order; its downloader with parts of 1 MiB, 8 threads for each of five files',
  async install(cacheDir) {
    const folder = join(cacheDir, 'gotd');
    const program = join(folder, 'stream');
    await mkdir(folder, { recursive: true });
    // The compiler knows by itself whether there is anything to do.
    const build = ['build', '-mod=readonly', '-o', program, '.'];
    const go = existsSync(USUAL_GO) ? USUAL_GO : 'go';
    await installStep(go, build, { cwd: rivalFile('gotd') });
    return { program: { command: program, args: [] }, version: await installStep(go, ['version']) };
  },
};
