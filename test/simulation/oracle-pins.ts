import { deepEqual } from 'node:assert/strict';
import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import type { Scene } from './content.js';
import { messagesIn } from './job-view.js';
import type { JobRecord } from './records.js';

/** Throws unless the copies of what is pinned in the sources are pinned, nothing else is, and no note about it is left. */
export function assertPins(
  sandbox: Sandbox,
  { me, target, jobs }: Scene,
  records: readonly JobRecord[],
): void {
  const there = messagesIn(sandbox, target);
  const wanted = jobs.flatMap(({ source }) => {
    const copies = records.find(({ sourceId }) => sourceId === source.id)?.copies;
    return messagesIn(sandbox, { ...source, creator: me.id }).flatMap(({ id, pinned }) => {
      const copy = copies?.get(id);
      return pinned && copy !== undefined ? [copy] : [];
    });
  });
  deepEqual(
    there.filter(({ pinned }) => pinned).map(({ id }) => id),
    wanted.sort((one, other) => one - other),
    'Other messages are pinned than the copies of pinned ones.',
  );
  const notes = there.filter(({ action }) => action?.kind === 'pinMessage');
  deepEqual(
    notes.map(({ id }) => id),
    [],
    'Notes about pins are left.',
  );
}
