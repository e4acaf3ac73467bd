import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Builds dist unless it is newer than its sources: a build takes it away for a while, also from a telepi that is linked to it.

const root = fileURLToPath(new URL('../..', import.meta.url));
// A build writes it near its end, after everything that tsc makes.
const built = statSync(join(root, 'dist', 'bundle', 'main.js'), { throwIfNoEntry: false });

if (!built || newestSource() > built.mtimeMs)
  execFileSync('npm', ['run', 'build', '--silent'], { cwd: root, stdio: 'inherit' });

function newestSource() {
  const folders = ['lib', 'test', 'bench'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((path) => join(folder, path)),
  );
  const files = ['package.json', 'package-lock.json', 'tsconfig.json', ...folders];
  return Math.max(...files.map((path) => statSync(join(root, path)).mtimeMs));
}
