import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { systemRandom } from '../../lib/base/random.js';
import {
  type OrganiseOptions,
  type OrganiseSummary,
  organiseFolder,
} from '../../lib/download/organise/organise.js';
import type { Plan } from '../../lib/download/organise/plan.js';
import { readPathTemplate } from '../../lib/download/path-template.js';
import { type FilesStore, openFilesStore } from './files-store.js';
import { temporaryFolder } from './temporary-folder.js';

/** Where the scene's files go, unless a test says otherwise. */
export const TEMPLATE = '{chat}/{kind}/{year}/{id}_{name}';

/** A folder to organise, and a store that knows its files. */
export interface OrganiseScene {
  readonly store: FilesStore;
  readonly dataDir: string;
  readonly folder: string;
  organise(
    template?: string,
    more?: Partial<OrganiseOptions>,
  ): Promise<OrganiseSummary & { plan: Plan; failed: number; reasons: string[] }>;
  /** Where the store says that files of messages are. */
  paths(): Promise<readonly [copies: string[], messages: string[]]>;
}

export async function openScene(t: TestContext): Promise<OrganiseScene> {
  const dataDir = temporaryFolder(t);
  const folder = temporaryFolder(t);
  const store = await openFilesStore(t, dataDir);
  return {
    store,
    dataDir,
    folder,
    async organise(template = TEMPLATE, more = {}) {
      let plan: Plan | undefined;
      const reasons: string[] = [];
      const summary = await organiseFolder({
        ...store,
        dataDir,
        folder,
        template: readPathTemplate(template, '--path'),
        random: systemRandom,
        action: { userName: 'ann', arguments: { command: 'organise' } },
        signal: new AbortController().signal,
        ...more,
        onPlan: async (planned) => {
          plan = planned;
          return true;
        },
        onFailed: (_, reason) => reasons.push(reason),
      });
      assert.ok(plan);
      return { ...summary, plan, reasons };
    },
    async paths() {
      const copies = await store.db.selectFrom('file_copies').select('path').execute();
      const messages = await store.db.selectFrom('messages').select('local_file_path').execute();
      const within = (path: string | null) => path?.slice(folder.length + 1) ?? 'nowhere';
      return [
        copies.map(({ path }) => within(path)).sort(),
        messages.map((row) => within(row.local_file_path)).sort(),
      ];
    },
  };
}
