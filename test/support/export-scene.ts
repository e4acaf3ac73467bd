import { hostname } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { PostDocument, ServiceDocument } from '../../lib/messages/document/document.js';
import type { ChatType } from '../../lib/store/tables/schema.js';
import { post, service } from './documents.js';
import { downloaded, openFilesStore, WHEN } from './files-store.js';
import { runInProcess } from './in-process.js';
import { temporaryFolder } from './temporary-folder.js';

export const ACCOUNT = 7;
export const GROUP = -1_001_000_000_001;
export const FRIEND = 42;

/** A data directory that keeps messages of a supergroup and of a private chat, and `telepi export` from it, in this process. */
export async function openExportScene(t: TestContext) {
  const cwd = temporaryFolder(t);
  const within = async <T>(
    work: (store: Awaited<ReturnType<typeof openFilesStore>>) => Promise<T>,
  ): Promise<T> => {
    const store = await openFilesStore(t, cwd, hostname());
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  };
  const save = (chatId: number, ...documents: readonly (PostDocument | ServiceDocument)[]) =>
    within(async ({ writer }) => {
      await writer.saveMessages(
        { accountId: ACCOUNT, chatId },
        documents.map((document) => ({ document })),
      );
    });
  const name = (chatId: number, type: ChatType, title: string, username?: string) =>
    within(({ writer }) =>
      writer.saveChats(ACCOUNT, [{ chatId, type, title, ...(username !== undefined && { username }) }]),
    );
  await within(async ({ writer }) => {
    await writer.saveAccount({ accountId: ACCOUNT, name: 'Me', username: 'me_myself', isBot: false });
    await writer.savePeople(ACCOUNT, [{ personId: 43, name: 'Ann Lee', username: 'AnnLee' }]);
  });
  await name(GROUP, 'supergroup', 'Our group');
  await name(FRIEND, 'private', 'Bo');
  await save(
    GROUP,
    service({
      id: 1,
      chat: GROUP,
      date: WHEN,
      author: 43,
      action: { kind: 'create_channel', title: 'Our group' },
    }),
    post({ id: 2, chat: GROUP, date: WHEN + 60, author: 43, text: 'Hello' }),
  );
  await save(
    FRIEND,
    post({ id: 3, chat: FRIEND, date: WHEN + 120, author: ACCOUNT, flags: { out: true }, text: 'Hi Bo' }),
  );
  await within((store) =>
    downloaded(store, join(cwd, 'kept', 'film.mp4'), {
      id: 5,
      chatId: GROUP,
      name: 'film.mp4',
      content: 'the film',
    }),
  );
  const run = (...args: readonly string[]) =>
    runInProcess(['export', ...args], { cwd, environment: { DATA_DIR: cwd } });
  return { cwd, run, save, name, within };
}
