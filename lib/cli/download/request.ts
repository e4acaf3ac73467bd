import { UsageError } from '../../base/errors.js';
import { DEFAULT_PATH, type PathTemplate, readPathTemplate } from '../../download/path-template.js';
import { type Criteria, readCriteria } from '../../messages/selection/criteria.js';
import type { Settings } from '../../settings/settings.js';
import type { CommandContext } from '../command.js';
import { settingsOf } from '../command-settings.js';
import { type MediaTypes, readMediaTypes } from './media-type.js';
import { type MessageList, readMessageList } from './message-list.js';
import { readSchedule, type Schedule } from './schedule.js';
import { readWanted, type Wanted } from './wanted.js';

/** What a person asks `telepi download` for, checked as far as it can be without Telegram. */
export interface DownloadRequest {
  readonly settings: Settings;
  readonly wanted: readonly Wanted[];
  readonly template: PathTemplate;
  /** Set by --media-type. */
  readonly media: MediaTypes['types'] | 'not given';
  readonly schedule: Schedule | undefined;
  readonly dryRun: boolean;
  readonly pick: boolean;
  readonly showCount: boolean;
  readonly withComments: boolean;
  /** The files that the folder held were removed on purpose. */
  readonly refill: boolean;
  readonly verifySource: boolean;
  readonly allowProtected: boolean;
}

/**
 * Reads flags, settings and list.
 * @throws UsageError for whatever is wrong with them, before any work
 */
export async function readRequest(context: CommandContext): Promise<DownloadRequest> {
  const { flags, words, clock } = context;
  const isOn = (name: string): boolean => flags[name] === true;
  const settings = settingsOf(context, ['apiId', 'apiHash']);
  const cron = flags['schedule'] as string | undefined;
  refuseContradictions(context, settings);
  const schedule = cron === undefined ? undefined : readSchedule(cron, clock.now());
  const mediaType = flags['media-type'] as string | undefined;
  const media = mediaType === undefined ? 'not given' : readMediaTypes(mediaType);
  const template = readPathTemplate(settings.download.path ?? DEFAULT_PATH, '--path');
  await criteriaOf({ settings, media }, clock.now());
  const pick = isOn('pick');
  if (pick) refuseWithoutTerminal(context);
  const wanted = readWanted({ words, source: sourceOf(context, settings), list: await listOf(context) });
  return {
    settings,
    wanted,
    template,
    media,
    schedule,
    dryRun: isOn('dry-run'),
    pick,
    showCount: isOn('show-count'),
    withComments: isOn('with-comments'),
    refill: isOn('refill'),
    verifySource: isOn('verify-source'),
    allowProtected: isOn('allow-protected'),
  };
}

/** Reads the selection at a moment (milliseconds since the epoch): spans count back from it. `--kind all` chooses none. */
export async function criteriaOf(
  {
    settings: { selection },
    media,
  }: Pick<DownloadRequest, 'media'> & { readonly settings: Pick<Settings, 'selection'> },
  now: number,
): Promise<Criteria> {
  const { kind, ...rest } = selection;
  const isIdle = kind === undefined || media !== 'not given' || /^\s*all\s*$/i.test(kind.text);
  return readCriteria(isIdle ? rest : selection, now);
}

/**
 * A selection without the bounds that stand in the environment or a settings file: they say where the reading of chats begins
 * and ends, and not that a message which a link or an id names is meant less.
 */
export function withoutStandingBounds(selection: Settings['selection']): Settings['selection'] {
  const isStanding = ([name, given]: readonly [string, { readonly origin: string } | undefined]): boolean =>
    BOUNDS.has(name) && given?.origin.startsWith('--') !== true;
  return Object.fromEntries(Object.entries(selection).filter((entry) => !isStanding(entry)));
}

const BOUNDS: ReadonlySet<string> = new Set(['since', 'until', 'fromId', 'toId']);

/** Whether nothing says which kinds of files are wanted: then photos are, as in the older downloader. */
export function isUndecided({ settings: { selection }, media }: DownloadRequest): boolean {
  const { kind, excludeKind, ext, filter } = selection;
  return media === 'not given' && [kind, excludeKind, ext, filter].every((each) => each === undefined);
}

function sourceOf({ flags }: CommandContext, { sourceChat }: Settings) {
  return sourceChat === undefined ? undefined : { text: sourceChat, isFlag: flags['source'] !== undefined };
}

async function listOf({ flags, sources, stdin, signal }: CommandContext): Promise<MessageList | undefined> {
  const file = flags['from-file'] as string | undefined;
  if (file === undefined) return undefined;
  return readMessageList({ file, workingDirectory: sources.workingDirectory, stdin, signal });
}

/** Pairs of flags of which one would do nothing, or undo the other, and why. */
const EXCLUSIVE: readonly (readonly [one: string, other: string, why: string])[] = [
  ['schedule', 'dry-run', 'says what would be done now, and nothing is repeated'],
  ['schedule', 'pick', 'lets a person choose, who may not be there the next time'],
  ['dry-run', 'pick', 'chooses what is downloaded, and nothing is'],
  ['dry-run', 'show-count', 'counts before the download, which a dry run does anyway'],
  ['pick', 'show-count', 'counts before the download, which the list shows anyway'],
];

function refuseContradictions({ flags }: CommandContext, { selection }: Settings): void {
  const refuse = (sentence: string): never => {
    throw new UsageError('CONTRADICTION', sentence);
  };
  const isGiven = (name: string): boolean => flags[name] !== undefined && flags[name] !== false;
  for (const [one, other, why] of EXCLUSIVE) {
    if (isGiven(one) && isGiven(other)) refuse(`--${other} ${why}: leave out --${other} or --${one}.`);
  }
  if (isGiven('media-type') && selection.kind?.origin.startsWith('--') === true)
    refuse('--media-type and --kind both say which files: leave one of them out.');
  if (isGiven('pick') && flags['from-file'] === '-')
    refuse(
      '--pick reads keys from the terminal, and --from-file - reads the list from there: write it into a file.',
    );
}

/** The list is drawn on standard error, so that results may go to a file. */
function refuseWithoutTerminal({ output, stdin, sources }: CommandContext): void {
  const isTerminal = output.streams.stderr.isTTY && stdin.isTTY && sources.environment['TERM'] !== 'dumb';
  if (isTerminal) return;
  throw new UsageError(
    'NO_TERMINAL',
    '--pick shows a list on a terminal, and there is none that can draw it: choose by --kind, --since, --filter and the like.',
  );
}
