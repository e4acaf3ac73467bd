import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Zone } from '../../analyze/zone.js';
import { UsageError } from '../../base/errors.js';
import { oddKind } from '../../base/odd-file.js';
import type { Settings } from '../../settings/settings.js';
import type { CommandContext } from '../command.js';
import { settingsOf } from '../command-settings.js';
import { givenPath } from '../given-path.js';
import { inZone } from '../in-zone.js';
import { isLive } from '../live/live-flags.js';
import { type PlacesRequest, readPlaces } from '../search/request.js';

const FORMATS = ['text', 'json', 'csv', 'html'] as const;
export type Format = (typeof FORMATS)[number];

/** What a person asks `telepi analyze` for, checked as far as it can be without the store. */
export interface AnalyzeRequest extends PlacesRequest {
  readonly settings: Settings;
  readonly format: Format;
  /** Absolute; undefined: standard output. */
  readonly output: string | undefined;
  readonly zone: Zone;
  /** The length of lists. */
  readonly top: number;
  readonly allWords: boolean;
  /** Telegram itself is read, not the store. */
  readonly isLive: boolean;
  readonly allowProtected: boolean;
}

const SHOWN_UNLESS_SET = 20;
const MOST_SHOWN = 1000;

/** @throws UsageError for whatever is wrong with flags and settings */
export async function readAnalyze(context: CommandContext): Promise<AnalyzeRequest> {
  const { flags } = context;
  const live = isLive(context);
  const settings = settingsOf(context, live ? ['apiId', 'apiHash'] : []);
  const output = readOutput(context);
  const format = readFormat(context, output);
  const places = await readPlaces(context, settings);
  const zone = inZone(context, 'UTC', (name) => new Zone(name));
  return {
    settings,
    ...places,
    format,
    output,
    zone,
    top: readTop(context),
    allWords: flags['all-words'] === true,
    isLive: live,
    allowProtected: flags['allow-protected'] === true,
  };
}

function readFormat({ flags, output: { json } }: CommandContext, output: string | undefined): Format {
  const given = flags['format'] as string | undefined;
  const usual = json ? 'json' : 'text';
  const format = given === undefined ? usual : FORMATS.find((each) => each === given.toLowerCase());
  if (format === undefined)
    throw new UsageError(
      'BAD_FORMAT',
      `--format must be ${FORMATS.join(', ')}, not ${JSON.stringify(given)}.`,
    );
  if (format === 'html' && output === undefined)
    throw new UsageError(
      'USAGE',
      'A page is written into a file: say which with --output, as --output report.html.',
    );
  if (json && format !== 'json' && output === undefined)
    throw new UsageError(
      'CONTRADICTION',
      `--json shows the figures as JSON, and --format ${format} in another form: leave one out, or name a file with --output.`,
    );
  return format;
}

function readOutput(context: CommandContext): string | undefined {
  const given = context.flags['output'] as string | undefined;
  if (given === undefined) return undefined;
  const path = givenPath(context, given);
  if (!existsSync(dirname(path)))
    throw new UsageError(
      'NO_FOLDER',
      `There is no folder ${dirname(path)}: make it, or name another file with --output.`,
      {
        fields: { path },
      },
    );
  const kind = oddKind(path);
  if (kind === undefined && !given.endsWith('/')) return path;
  throw new UsageError(
    'NOT_A_FILE',
    `${path} is ${kind ?? 'a directory'}: name another file with --output.`,
    {
      fields: { path },
    },
  );
}

function readTop({ flags }: CommandContext): number {
  const given = flags['top'] as string | undefined;
  if (given === undefined) return SHOWN_UNLESS_SET;
  const top = /^\d{1,4}$/.test(given) ? Number(given) : 0;
  if (top >= 1 && top <= MOST_SHOWN) return top;
  throw new UsageError(
    'BAD_TOP',
    `--top must be a whole number from 1 to ${MOST_SHOWN}, not ${JSON.stringify(given)}.`,
  );
}
