import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { DatabaseAddress } from '../../lib/base/database-address.js';
import { seededRandom } from '../../lib/base/random.js';
import { hashOf } from '../support/download-command.js';
import { administer } from './administer.js';
import { onServers } from './databases.js';
import { contentsOf, queueScene } from './queue-scene.js';
import type { WorkerProcess } from './worker-process.js';

/**
 * By hand with other sizes: TELEPI_FILES=3000 TELEPI_KILLS=10 TELEPI_RESTARTS=2 node dist/test/run.js servers/queue-deaths
 */
const sizeOf = (name: string, otherwise: number): number =>
  Number(process.env[`TELEPI_${name}`] ?? otherwise);
const FILES = sizeOf('FILES', 60);
const KILLS = sizeOf('KILLS', 3);
const RESTARTS = sizeOf('RESTARTS', 1);
const SEED = process.env['TELEPI_SEED'] ?? 'deaths';

onServers(
  'workers that die',
  (subject) => {
    it(`${FILES} files are downloaded once by three workers, through ${KILLS} deaths of theirs and ${RESTARTS} of the database`, async (t) => {
      const scene = await queueScene(t, subject(), ['one', 'two', 'three']);
      const { world, files } = scene.sandbox;
      const { user, source } = scene.filled;
      const chat = world.createChannel({ creator: user.id, date: source.date, title: 'many files' });
      const expected: string[] = [];
      for (let index = 0; index < FILES; index += 1) {
        const attributes = [{ type: 'filename' as const, name: `${index}.zip` }];
        const file = files.add({
          kind: 'document',
          dcId: 1,
          size: 3000 + index,
          seed: `file ${index}`,
          mimeType: 'application/zip',
          attributes,
        });
        world.post({
          chat: chat.id,
          from: user.id,
          text: '',
          media: { kind: 'document', fileId: file.id, spoiler: false },
        });
        expected.push(hashOf(files.read(file, 0, file.size) ?? Buffer.of()));
      }
      const stretch = Math.max(1, Math.floor(FILES / 15));
      await scene.records(
        ...['download', String(chat.id), '--media-type', 'all', '--enqueue', '--stretch', String(stretch)],
        ...['--retries', '0'],
      );
      const random = seededRandom(SEED);
      const workers: WorkerProcess[] = scene.hosts.map((host) => host.start());
      const ends = [...Array(KILLS).fill('kill'), ...Array(RESTARTS).fill('restart')] as (
        | 'kill'
        | 'restart'
      )[];
      for (const end of ends) {
        const index = random.integer(0, workers.length - 1);
        const worker = workers[index];
        const host = scene.hosts[index];
        assert.ok(worker && host);
        // In the middle of something that it has just taken, if anything is left.
        const known = worker.records.length;
        const hasTaken = () => worker.records.slice(known).some(({ event }) => event === 'taken');
        await untilTrue(async () => hasTaken() || (await openJobs(scene.address)) === 0);
        if (end === 'restart') {
          await subject().instance.crash();
          await subject().instance.restart();
          continue;
        }
        worker.child.kill('SIGKILL');
        await worker.ended;
        const next = host.start();
        workers[index] = next;
      }
      await untilTrue(async () => (await openJobs(scene.address)) === 0);
      for (const { child, ended } of workers) {
        child.kill('SIGTERM');
        await ended;
      }
      const left = (await scene.records('workers')).filter(({ event }) => event !== 'worker');
      assert.deepEqual(left, []);
      assert.deepEqual(contentsOf(scene.hosts), expected.sort());
      const logged = await administer(
        scene.address,
        "select message_id from download_log where download_status = 'success'",
      );
      const ids = logged.map((row) => Number((row as { readonly message_id: unknown }).message_id));
      const doubled = ids.filter((id, index) => ids.indexOf(id) < index);
      assert.deepEqual({ doubled, files: new Set(ids).size }, { doubled: [], files: FILES });
    });
  },
  ['postgres'],
);

/** How many jobs wait or run. */
async function openJobs(address: DatabaseAddress): Promise<number> {
  const rows = await administer(
    address,
    "select count(*) as n from telepi_queue.job where name like 'account-%' and state in ('created', 'retry', 'active')",
  );
  return Number((rows[0] as { readonly n: string }).n);
}

async function untilTrue(is: () => Promise<boolean>): Promise<void> {
  while (!(await is())) await new Promise((resolve) => setTimeout(resolve, 100));
}
