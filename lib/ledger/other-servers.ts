import { jobFolderName } from './job-file.js';
import type { JobScene } from './job-scene.js';
import { currentJobs, type JobRow } from './job-store.js';

/**
 * Notes, at a job's first run, that chats with the same ids were cloned on another server: a user who has started a
 * fresh sandbox, or changed the key of a server, should know that this is a job of its own.
 */
export async function noteOtherServers(scene: JobScene, job: JobRow): Promise<void> {
  if (job.runStartedAt !== undefined) return;
  const { server: _, ...selection } = scene;
  const plain = jobFolderName(selection);
  const others = (await currentJobs(scene.ledger.db))
    .map(({ folder }) => folder)
    .filter((folder) => folder !== scene.folder && (folder === plain || folder.startsWith(`${plain}_of_`)));
  if (others.length === 0) return;
  scene.note({
    event: 'other_server',
    fields: { folder: scene.folder, others },
    sentence:
      `Chats of these ids were cloned on another server already (${others.join(', ')}): ` +
      'this server is a different one, so this is a new job, which begins with the first message.',
  });
}
