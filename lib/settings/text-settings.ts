import type { RawValues } from './sources.js';
import type { SettingSpec } from './table-row.js';
import { TEXT_SETTINGS, type TextKey, textKeys } from './text-table.js';

/** What becomes of the messages' texts. */
export interface TextSettings {
  readonly long: 'split' | 'fail';
  readonly buttons: 'text' | 'drop';
  readonly replyFallback: 'quote' | 'link' | 'none';
  readonly attribution: 'none' | 'header' | 'footer';
  readonly attributionTemplate: string | undefined;
  readonly replace: string | undefined;
  readonly replaceRegex: string | undefined;
  readonly strip: string | undefined;
  readonly captionTemplate: string | undefined;
  readonly pipe: string | undefined;
  /** Seconds. */
  readonly pipeDeadline: number;
  /** The words that name the place of each setting that differs from its default, for an error: `--replace`, `REPLACE in /srv/.env`. */
  readonly origins: Readonly<Partial<Record<TextKey, string>>>;
}

/** Parsed by the table, whose choices the types repeat. */
export function textSettings(
  values: Pick<ReadonlyMap<TextKey, string | number | boolean>, 'get'>,
  raw: Pick<RawValues, 'get'>,
): TextSettings {
  const entries = textKeys.map((key) => [key, values.get(key)] as const);
  const origins = textKeys.flatMap((key) => {
    const given = raw.get(key);
    const preset: SettingSpec = TEXT_SETTINGS[key];
    return given && given.text.trim() !== preset.default ? [[key, given.origin] as const] : [];
  });
  return Object.freeze({
    ...Object.fromEntries(entries),
    origins: Object.fromEntries(origins),
  }) as unknown as TextSettings;
}
