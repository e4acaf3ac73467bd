import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { UsageError } from '../base/errors.js';
import { serverOf } from './job-file.js';
import type { JobOptions } from './job-scene.js';
import { currentJobs } from './job-store.js';
import type { LedgerTables } from './schema.js';

/**
 * Refuses a name that led to another chat when a job was begun with it: a username that somebody else has now, or `me`
 * after another account has signed in. Otherwise the job would be abandoned and everything cloned again without
 * warning.
 */
export async function refuseMovedNames(db: Kysely<LedgerTables>, names: NamedChats): Promise<void> {
  const sides = [
    {
      setting: 'SOURCE_CHAT',
      name: 'sourceName',
      id: 'sourceId',
      title: 'sourceTitle',
      former: 'formerSourceId',
    },
    {
      setting: 'TARGET_CHAT',
      name: 'targetName',
      id: 'targetId',
      title: 'targetTitle',
      former: 'formerTargetId',
    },
  ] as const;
  const named = sides.filter(({ name }) => names[name] !== undefined);
  if (named.length === 0) return;
  for (const job of await currentJobs(db)) {
    if (serverOf(job.folder) !== names.server) continue;
    for (const { setting, name, id, title, former } of named) {
      if (job[name] !== names[name] || [names[id], names[former]].includes(job[id])) continue;
      throw moved(setting, names[name], {
        path: join(names.dataDir, job.folder),
        was: { id: job[id], title: job[title] },
        now: { id: names[id] ?? 0, title: names[title] },
      });
    }
  }
}

/** The names of one side or both. */
type NamedChats = Partial<JobOptions> & Pick<JobOptions, 'dataDir' | 'server'>;

interface Place {
  readonly id: number;
  readonly title: string | undefined;
}

function moved(
  setting: string,
  name: string | undefined,
  { path, was, now }: { readonly path: string; readonly was: Place; readonly now: Place },
): UsageError {
  const fields = { name, was: was.id, now: now.id, folder: path };
  if (name === 'me') {
    return new UsageError(
      'NAME_MOVED',
      `${setting}=me was the account ${was.id} when the job in ${path} was begun, and ${now.id} is signed in now: ` +
        `sign in as ${was.id} to continue that job, or choose another --data-dir for this account.`,
      { fields },
    );
  }
  return new UsageError(
    'NAME_MOVED',
    `${setting}=${name} led to ${words(was)} when the job in ${path} was begun, and leads to ${words(now)} now: ` +
      `set ${setting}=${was.id} to continue that job, or ${setting}=${now.id} for the other chat.`,
    { fields },
  );
}

function words({ id, title }: Place): string {
  return title === undefined ? `${id}` : `"${title}" (${id})`;
}
