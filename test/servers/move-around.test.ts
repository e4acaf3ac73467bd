import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { filePlace } from '../../lib/store/move/move-place.js';
import { recordsOf } from '../support/scene.js';
import { telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { databaseUrl } from './database-url.js';
import { onServers } from './databases.js';
import { contentAt, filled } from './moved-places.js';

onServers(
  'telepi move-store, from SQLite to Postgres',
  (postgres) =>
    onServers(
      'and on to MariaDB',
      (mariadb) => {
        it('and back into a file: every table has the same rows at each place', async (t) => {
          const dataDir = temporaryFolder(t);
          const file = filePlace(join(dataDir, 'ledger.db'));
          await filled(file, 40);
          const urls = {
            POSTGRES_URL: databaseUrl(await postgres().address(t)),
            MARIADB_URL: databaseUrl(await mariadb().address(t)),
          };
          const lines = Object.entries(urls).map(([name, url]) => `${name}=${url}\n`);
          writeFileSync(join(dataDir, '.env'), lines.join(''), { mode: 0o600 });
          const hashes: unknown[] = [];
          for (const [from, to] of [
            ['file', 'POSTGRES_URL'],
            ['POSTGRES_URL', 'MARIADB_URL'],
            ['MARIADB_URL', 'back.db'],
          ] as const) {
            const words = ['move-store', '--from', from, '--to', to, '--json', '--data-dir', dataDir];
            const moved = await telepi(words, { cwd: dataDir });
            assert.equal(moved.status, 0, moved.stderr);
            hashes.push(recordsOf(moved.stdout).filter(({ event }) => event === 'table'));
          }
          const before = await contentAt(file);
          for (const [table, rows] of Object.entries(before)) assert.equal(rows.length, 40, table);
          assert.deepEqual(await contentAt(filePlace(join(dataDir, 'back.db'))), before);
          assert.deepEqual(hashes[1], hashes[0]);
          assert.deepEqual(hashes[2], hashes[0]);
        });
      },
      ['mysql'],
    ),
  ['postgres'],
);
