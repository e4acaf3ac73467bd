import { UsageError } from '../base/errors.js';
import { PART_ENDING } from '../base/part-file.js';
import { plainText } from '../messages/text/edit.js';
import { readTemplate } from '../messages/transform/template.js';
import { MOST_NAME_BYTES, safeName, splitEnding } from './safe-name.js';

/** What a template may name, and what it stands for. The README's table is made of it. */
export const PATH_FIELDS = {
  chat: "the chat's title",
  chat_id: "the chat's id",
  topic: "the topic's title",
  sender: 'who sent it',
  year: 'four digits; all dates are UTC',
  month: 'two digits',
  day: 'two digits',
  hour: 'two digits',
  minute: 'two digits',
  second: 'two digits',
  kind: 'the kind, as `--kind` names it',
  id: "the message's id; `-2` is added for its second file",
  album: 'the id that the items of an album share',
  name: "the file's name with its ending; without a name, its kind",
  stem: 'the name without its ending',
  ext: 'the ending without its dot',
} as const;

export type PathField = keyof typeof PATH_FIELDS;

/** Such as `20240305_183000_77_report.pdf`. Telegram Utilities names files without the id: see `organise/wanted-path.ts`. */
export const DEFAULT_PATH = '{year}{month}{day}_{hour}{minute}{second}_{id}_{name}';

/** A file of a message, as a path describes it. */
export interface PlacedFile {
  readonly chat: string;
  readonly chatId: number;
  readonly topic?: string | undefined;
  readonly sender?: string | undefined;
  /** Unix seconds. */
  readonly date: number;
  readonly kind: string;
  readonly id: number;
  /** Which file of the message, from 0. */
  readonly index: number;
  readonly album?: string | undefined;
  /** As its sender called it: not to be trusted. */
  readonly name?: string | undefined;
  /** Without its dot; for a file without a name. */
  readonly extension: string;
}

/** Where files lie under the folder of a download. */
export interface PathTemplate {
  /**
   * The path of a file: safe components (`safe-name.ts`) with `/` between them, each short enough for `PART_ENDING`. It never
   * leads out of the folder. Two files may have the same path when the template doesn't name `id`.
   */
  pathOf(file: PlacedFile): string;
  readonly fields: ReadonlySet<PathField>;
}

const MOST_BYTES = MOST_NAME_BYTES - PART_ENDING.length;
/** Stands for the separator while values that contain one are filled in. */
const SEPARATOR = '/';

/**
 * Reads a template of paths: fields in braces and folders with `/` between them, by the rules of `readTemplate`. A template
 * that names neither `name` nor `ext` gets the file's ending added.
 * @throws UsageError BAD_TEMPLATE for an unknown field, a path that is absolute or leads upwards, or one without a file name.
 */
export function readPathTemplate(text: string, flag: string): PathTemplate {
  const template = readTemplate(text, Object.keys(PATH_FIELDS) as PathField[], flag);
  refuseStrange(text, flag);
  const isEndingNamed = template.fields.has('name') || template.fields.has('ext');
  return {
    fields: template.fields,
    pathOf(file) {
      const values = valuesOf(file);
      const filled = template.fill(
        Object.fromEntries(
          Object.entries(values).map(([name, value]) => [name, plainText(inOneFolder(value))]),
        ),
      ).text;
      const ending = isEndingNamed || values.ext === '' ? '' : `.${values.ext}`;
      const components = `${filled}${ending}`.split(SEPARATOR);
      const last = components.pop() ?? '';
      const folders = components.flatMap((each) => {
        const name = safeName(each, { fallback: '', mostBytes: MOST_BYTES });
        return name === '' ? [] : [name];
      });
      return [...folders, safeName(last, { fallback: fallbackOf(file), mostBytes: MOST_BYTES })].join(
        SEPARATOR,
      );
    },
  };
}

function valuesOf(file: PlacedFile): Readonly<Record<PathField, string>> {
  const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] =
    /^(\d{4,})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)/.exec(new Date(file.date * 1000).toISOString()) ?? [];
  const given = safeName(file.name ?? '', { fallback: '', mostBytes: MOST_BYTES });
  const [stem, ending] = given === '' ? [file.kind, withDot(file.extension)] : splitEnding(given);
  const number = file.index === 0 ? '' : `-${file.index + 1}`;
  return {
    chat: file.chat,
    chat_id: String(file.chatId),
    topic: file.topic ?? '',
    sender: file.sender ?? '',
    year,
    month,
    day,
    hour,
    minute,
    second,
    kind: file.kind,
    id: `${file.id}${number}`,
    album: file.album ?? '',
    name: `${stem}${ending}`,
    stem,
    ext: ending.slice(1),
  };
}

function withDot(extension: string): string {
  return extension === '' ? '' : `.${extension}`;
}

/** A chat called "a/b" is one folder, not two. */
function inOneFolder(value: string): string {
  return value.replaceAll('/', '_');
}

function fallbackOf({ id, kind }: PlacedFile): string {
  return `${kind}_${id}`;
}

function refuseStrange(text: string, flag: string): void {
  const refused = (why: string) => new UsageError('BAD_TEMPLATE', `${flag}: ${JSON.stringify(text)} ${why}.`);
  if (/^[/~]|^[a-z]:/i.test(text)) {
    throw refused('must not be absolute: it lies under the folder of --output');
  }
  if (text.split('/').some((each) => each.trim() === '..')) {
    throw refused('must not lead upwards (..): it lies under the folder of --output');
  }
  if (text.trim() === '' || text.trimEnd().endsWith('/')) throw refused('must end with the name of a file');
}
