import { UsageError } from '../../base/errors.js';
import { MEDIA_WAYS, type MediaWay } from '../../exchange/files/placer.js';
import type { Format } from '../../exchange/formats/format.js';
import { type LocalTime, localTime } from '../../exchange/local-time.js';
import type { Settings } from '../../settings/settings.js';
import type { CommandContext } from '../command.js';
import { settingsOf } from '../command-settings.js';
import { givenPath } from '../given-path.js';
import { inZone } from '../in-zone.js';
import { isLive } from '../live/live-flags.js';
import { type PlacesRequest, readPlaces } from '../search/request.js';
import { FORMATS } from './formats.js';

/** What a person asks `telepi export` for, checked as far as it can be without the store. */
export interface ExportRequest extends PlacesRequest {
  readonly settings: Settings;
  /** Absolute. */
  readonly output: string;
  readonly format: Format;
  readonly way: MediaWay;
  readonly time: LocalTime;
  readonly strict: boolean;
  readonly account: number | undefined;
  readonly isDryRun: boolean;
  /** Telegram itself is read, not the store. */
  readonly isLive: boolean;
  readonly allowProtected: boolean;
}

/** @throws UsageError for whatever is wrong with flags and settings */
export async function readExport(context: CommandContext): Promise<ExportRequest> {
  const { flags } = context;
  const live = isLive(context);
  const settings = settingsOf(context, live ? ['apiId', 'apiHash'] : []);
  const format = oneOf(flags, 'format', FORMATS, 'desktop');
  const strict = flags['strict-desktop'] === true;
  if (strict && format !== 'desktop') {
    throw new UsageError(
      'EXPORT_NOT_DESKTOP',
      `--strict-desktop is about --format desktop: leave it out for --format ${format}.`,
    );
  }
  return {
    settings,
    ...(await readPlaces(context, settings)),
    output: folderOf(context),
    format,
    way: oneOf(flags, 'media', MEDIA_WAYS, 'copy'),
    time: inZone(context, 'UTC', localTime),
    strict,
    account: accountOf(flags),
    isDryRun: flags['dry-run'] === true,
    isLive: live,
    allowProtected: flags['allow-protected'] === true,
  };
}

type Flags = CommandContext['flags'];

function oneOf<Word extends string>(flags: Flags, name: string, words: readonly Word[], usual: Word): Word {
  const given = flags[name];
  if (given === undefined) return usual;
  const word = words.find((each) => each === given);
  if (word !== undefined) return word;
  throw new UsageError(
    'BAD_FLAG',
    `--${name} must be one of ${words.join(', ')}, not ${JSON.stringify(given)}.`,
  );
}

function folderOf(context: CommandContext): string {
  const output = context.flags['output'] as string | undefined;
  if (output === undefined || output === '') {
    throw new UsageError('EXPORT_NO_OUTPUT', 'Say into which folder: --output ~/export, for example.');
  }
  return givenPath(context, output);
}

function accountOf(flags: Flags): number | undefined {
  const given = flags['account'] as string | undefined;
  if (given === undefined) return undefined;
  if (/^[1-9]\d{0,15}$/.test(given)) return Number(given);
  throw new UsageError(
    'BAD_FLAG',
    `--account must be the id of an account, a positive number, not ${JSON.stringify(given)}.`,
  );
}
