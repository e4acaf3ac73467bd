import { PassThrough } from 'node:stream';
import { UsageError } from '../../base/errors.js';
import type { SettingKey } from '../../settings/table.js';
import type { ChatRef } from '../../telegram/chat-ref.js';
import { resolveChat } from '../../telegram/chats.js';
import { currentUser } from '../../telegram/sign-in.js';
import type { CommandContext } from '../command.js';
import { connect, openSignedIn } from '../connection.js';
import { readListText } from '../download/message-list.js';
import { type DownloadRequest, readRequest } from '../download/request.js';
import { isWhole, type Wanted } from '../download/wanted.js';
import { STRETCH } from '../queue-flags.js';
import { enqueueWork, readQueueRequest } from './enqueue.js';
import { orderWords } from './order-of.js';
import { refuseOwnChats } from './own-chats.js';
import { wholeFlag } from './whole-flag.js';

const LARGEST_ID = 2 ** 31 - 1;

/** `telepi download --enqueue`: after everything was checked that can be checked without Telegram, and then the chats. */
export async function enqueueDownload(given: CommandContext): Promise<number> {
  const { context, input } = await withListHere(given);
  const download = await readRequest(context);
  const { settings, wanted } = download;
  const request = readQueueRequest(context, settings);
  const stretch = stretchOf(context, download);
  const isAnyones = context.flags['any-account'] === true;
  if (isAnyones) refuseOwnChats(wanted.map(chatOf));
  const { flags, words } = orderWords('download', context, idleSettings(context, wanted));
  const { signal } = context;
  const client = await connect(context, settings, await openSignedIn(context, settings));
  try {
    const account = Number((await currentUser(client, signal)).id);
    const titles = new Set<string>();
    for (const each of wanted) {
      // Another account may see what this one doesn't.
      const chat = await resolveChat(client, chatOf(each), signal).catch((error: unknown) => {
        if (!isAnyones || !(error instanceof UsageError)) throw error;
        return undefined;
      });
      titles.add(chat?.title ?? (each.kind === 'place' ? each.origin : 'a chat'));
    }
    // A chat that a flag or the environment names becomes a word, so that a stretch can have it alone.
    const places = wanted.flatMap((each) => (each.kind === 'place' ? [each.origin] : []));
    const isSource = (flag: string): boolean => flag.startsWith('--source=');
    return await enqueueWork(context, settings, request, {
      command: 'download',
      flags: input === undefined ? flags.filter((flag) => !isSource(flag)) : flags,
      words: input === undefined ? [...new Set(places)] : words,
      account,
      title: [...titles].join(', '),
      input,
      stretch,
    });
  } finally {
    await client.close();
  }
}

function chatOf(wanted: Wanted): ChatRef {
  return wanted.kind === 'place' ? wanted.place.chat : wanted.chat;
}

/** Ids of messages, of whole chats alone; 0: not divided. */
function stretchOf({ flags }: CommandContext, { settings, withComments, wanted }: DownloadRequest): number {
  const given = wholeFlag(flags, 'stretch', { least: 0, most: LARGEST_ID });
  // Of a limit nobody knows where it ends, and comments have ids of their own.
  const [why] = [
    ...(settings.selection.limit === undefined ? [] : ['--limit']),
    ...(withComments ? ['--with-comments'] : []),
    ...(flags['from-file'] === undefined ? [] : ['--from-file']),
  ];
  if (why !== undefined && given !== undefined && given > 0) {
    throw new UsageError(
      'CONTRADICTION',
      `A download with ${why} isn't divided: leave out --stretch, or ${why}.`,
    );
  }
  return why !== undefined || !wanted.some(isWhole) ? 0 : (given ?? STRETCH);
}

/** Settings of the environment that this download doesn't use: see readWanted and withoutStandingBounds. */
function idleSettings({ flags, words }: CommandContext, wanted: readonly Wanted[]): ReadonlySet<SettingKey> {
  const isNamed = words.length > 0 || flags['source'] !== undefined;
  const ofList = wanted.some((each) => each.kind === 'place' && each.origin === 'the list');
  const idle: SettingKey[] = [];
  if (isNamed || ofList) idle.push('sourceChat');
  if (words.length > 0 || flags['from-file'] !== undefined) idle.push('sourceTopic');
  if (!wanted.some(isWhole)) idle.push('since', 'until', 'fromId', 'toId');
  return new Set(idle);
}

/** The list of --from-file goes along with the job. */
async function withListHere(
  context: CommandContext,
): Promise<{ readonly context: CommandContext; readonly input: string | undefined }> {
  const file = context.flags['from-file'] as string | undefined;
  if (file === undefined) return { context, input: undefined };
  const { stdin, signal, sources } = context;
  const input = await readListText({ file, workingDirectory: sources.workingDirectory, stdin, signal });
  const flags = { ...context.flags, 'from-file': '-' };
  const lines = new PassThrough();
  lines.end(input);
  return {
    context: {
      ...context,
      flags,
      sources: { ...sources, flags },
      stdin: lines as unknown as NodeJS.ReadStream,
    },
    input,
  };
}
