import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installStep } from '../install-step.js';
import type { Rival } from '../rival.js';
import { rivalFile } from '../rival-file.js';

const PACKAGES = ['telethon==1.45.0', 'cryptg==0.6.0'];

/** The usual Python script. */
export const telethon: Rival = {
  name: 'telethon',
  about: `Python, ${PACKAGES.join(' and ')}: iter_download of 512 KiB, ten SaveBigFilePartRequest in flight; download_media of five messages at once`,
  async install(cacheDir) {
    const folder = join(cacheDir, 'telethon');
    const python = join(folder, 'bin/python');
    if (!existsSync(join(folder, 'complete'))) {
      await installStep('python3', ['-m', 'venv', '--clear', folder]);
      await installStep(python, ['-m', 'pip', 'install', '--quiet', '--only-binary=cryptg', ...PACKAGES]);
      await installStep(python, [
        '-c',
        `import telethon, cryptg; open(${JSON.stringify(join(folder, 'complete'))}, 'w')`,
      ]);
    }
    const version = await installStep(python, ['--version']);
    return { program: { command: python, args: [rivalFile('telethon/stream.py')] }, version };
  },
};
