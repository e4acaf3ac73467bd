import { ExitStatus, messageOf } from '../../base/errors.js';
import type { ListedChat } from '../../telegram/chat.js';
import { listChats } from '../../telegram/chats.js';
import type { TelepiClient } from '../../telegram/client.js';
import { currentUser } from '../../telegram/sign-in.js';
import { listTopics, type Topic } from '../../telegram/topics.js';
import type { CommandContext } from '../command.js';
import { settingsOf } from '../command-settings.js';
import { connect, openSignedIn } from '../connection.js';
import { count } from '../progress/words.js';
import { renderTable } from '../table.js';

type Listed = ListedChat & { readonly archived: boolean };

/** A chat, with its topics when it is a forum that lists them. */
interface Entry {
  readonly chat: Listed;
  readonly topics: readonly Topic[];
}

/** `telepi chats [word]`: every chat of the account and every topic of its forums, with their ids. */
export async function chats(context: CommandContext): Promise<number> {
  const settings = settingsOf(context, ['apiId', 'apiHash']);
  const store = await openSignedIn(context, settings);
  const client = await connect(context, settings, store, { looks: true });
  try {
    await currentUser(client, context.signal);
    const entries: Entry[] = [];
    for await (const chat of listChats(client, context.signal)) {
      const entry = { chat, topics: await topicsOf(client, chat, context) };
      const wanted = filtered(entry, context.word);
      if (!wanted) continue;
      tellMachine(context, wanted);
      entries.push(wanted);
      if (context.output.readerGone.aborted) break;
    }
    tellPeople(context, entries);
    return ExitStatus.done;
  } finally {
    await client.close();
  }
}

/** Topics are an extra: a server that doesn't list them still has chats to show. */
async function topicsOf(
  client: TelepiClient,
  chat: Listed,
  context: CommandContext,
): Promise<readonly Topic[]> {
  if (chat.kind !== 'forum' || chat.unusable !== undefined) return [];
  try {
    return await listTopics(client, chat, context.signal);
  } catch (error) {
    context.signal.throwIfAborted();
    context.log.warn('topics_unknown', { chat: chat.id, error });
    context.output.note(`The topics of ${chat.title} can't be listed: ${messageOf(error)}`);
    return [];
  }
}

/** A chat that matches comes with all its topics; one that doesn't comes with the topics that match, if any. */
function filtered({ chat, topics }: Entry, word: string | undefined): Entry | undefined {
  if (word === undefined) return { chat, topics };
  const wanted = word.toLocaleLowerCase();
  const has = (text: string | undefined): boolean => text?.toLocaleLowerCase().includes(wanted) ?? false;
  const username = chat.username === undefined ? undefined : `@${chat.username}`;
  if (has(chat.title) || has(username) || has(String(chat.id))) return { chat, topics };
  const matching = topics.filter((topic) => has(topic.title));
  return matching.length > 0 ? { chat, topics: matching } : undefined;
}

function tellMachine({ output }: CommandContext, { chat, topics }: Entry): void {
  output.record({
    id: chat.id || null,
    type: chat.type,
    title: chat.title,
    username: chat.username ?? null,
    protected: chat.noforwards,
    canPost: chat.canPost ?? null,
    left: chat.left,
    archived: chat.archived,
    unusable: chat.unusable ?? null,
    upgradedTo: chat.upgradedTo ?? null,
    topics: topics.map(({ id, title, closed, hidden, pinned }) => ({ id, title, closed, hidden, pinned })),
  });
}

function tellPeople({ output, word }: CommandContext, entries: readonly Entry[]): void {
  if (output.json) return;
  const rows = entries.flatMap(({ chat, topics }) => [
    [chat.id ? String(chat.id) : '', '', chat.type, chat.username ? `@${chat.username}` : '', titleOf(chat)],
    ...topics.map((topic) => ['', String(topic.id), 'topic', '', `  ${topicTitle(topic)}`]),
  ]);
  if (rows.length === 0) {
    output.line(word === undefined ? 'This account has no chats.' : 'No chat or topic contains this word.');
    return;
  }
  for (const line of renderTable(['ID', 'TOPIC', 'TYPE', 'NAME', 'TITLE'], rows)) output.line(line);
  const topics = entries.reduce((sum, entry) => sum + entry.topics.length, 0);
  output.note(`${count(entries.length, 'chat')}, ${count(topics, 'topic')}`);
}

function titleOf({ title, noforwards, left, archived, unusable, upgradedTo }: Listed): string {
  const marks = [
    noforwards ? 'protected' : '',
    left ? 'left' : '',
    archived ? 'archived' : '',
    unusable === undefined ? '' : `can't be used: ${unusable}`,
    upgradedTo === undefined ? '' : `the older history of ${upgradedTo}, and cloned with it`,
  ].filter((mark) => mark);
  return marks.length > 0 ? `${title} (${marks.join(', ')})` : title;
}

function topicTitle({ title, closed, hidden }: Topic): string {
  const marks = [closed ? 'closed' : '', hidden ? 'hidden' : ''].filter((mark) => mark);
  return marks.length > 0 ? `${title} (${marks.join(', ')})` : title;
}
