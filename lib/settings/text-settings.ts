import { type TextKey, textKeys } from './text-table.js';

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
}

/** Parsed by the table, whose choices the types repeat. */
export function textSettings(
  values: Pick<ReadonlyMap<TextKey, string | number | boolean>, 'get'>,
): TextSettings {
  const entries = textKeys.map((key) => [key, values.get(key)] as const);
  return Object.freeze(Object.fromEntries(entries)) as unknown as TextSettings;
}
