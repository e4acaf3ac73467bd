import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout. Tests run from dist/test. */
export const repositoryRoot = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** The launcher that users run. */
export const launcher = join(repositoryRoot, 'bin', 'telepi');
