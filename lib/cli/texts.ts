import { UsageError } from '../base/errors.js';
import type { TextOptions } from '../clone/compose/text-options.js';
import type { Settings } from '../settings/settings.js';
import type { TextSettings } from '../settings/text-settings.js';
import type { CommandContext } from './command.js';

/** What becomes of the messages' texts, checked, and the program that is still to be started. */
export interface Texts {
  readonly options: Omit<TextOptions, 'pipe'>;
  readonly program: readonly [string, ...string[]] | undefined;
}

/**
 * Reads the rules, templates and program of a run.
 * @throws UsageError BAD_REPLACE, BAD_TEMPLATE, BAD_PIPE, BAD_SETTING, CONTRADICTION.
 */
export async function readTexts({ text, via }: Pick<Settings, 'text' | 'via'>): Promise<Texts> {
  const { long, buttons, replyFallback } = text;
  const options = { long, buttons, replyFallback };
  if (!changesTexts(text)) return { options, program: undefined };
  if (via === 'forward') {
    throw new UsageError(
      'CONTRADICTION',
      'VIA=forward sends messages as they are, and cannot change their texts: use another way, or leave out --attribution, --replace, --strip, --caption-template and --pipe.',
    );
  }
  const [transform, attribution, program] = await Promise.all([
    readRules(text),
    readAttribution(text),
    readProgram(text.pipe),
  ]);
  return {
    options: { ...options, ...(transform && { transform }), ...(attribution && { attribution }) },
    program,
  };
}

/** Starts the program, lets `work` use it, and ends it, however the work ends. */
export async function withProgram<T>(
  { clock, log, sources }: Pick<CommandContext, 'clock' | 'log' | 'sources'>,
  { options, program }: Texts,
  { pipeDeadline }: TextSettings,
  work: (text: TextOptions) => Promise<T>,
): Promise<T> {
  if (!program) return work(options);
  const { DocumentPipe } = await import('../clone/pipe/document-pipe.js');
  const { environment } = sources;
  const pipe = new DocumentPipe({ words: program, environment, deadlineMs: pipeDeadline * 1000, clock, log });
  try {
    return await work({ ...options, pipe });
  } finally {
    await pipe.close();
  }
}

function changesTexts(text: TextSettings): boolean {
  const { attribution, replace, replaceRegex, strip, captionTemplate, pipe } = text;
  return (
    attribution !== 'none' ||
    [replace, replaceRegex, strip, captionTemplate, pipe].some((each) => each !== undefined)
  );
}

async function readRules({
  replace,
  replaceRegex,
  strip,
  captionTemplate,
}: TextSettings): Promise<TextOptions['transform']> {
  const { readTransforms } = await import('../messages/transform/transforms.js');
  const { STRIPPABLE } = await import('../messages/transform/strip.js');
  const words = strip?.split(',').map((word) => word.trim().toLowerCase()) ?? [];
  const wanted = words.map((word) => {
    const known = STRIPPABLE.find((each) => each === word);
    if (known) return known;
    throw new UsageError(
      'BAD_SETTING',
      `--strip must be one of ${STRIPPABLE.join(', ')}, or several with commas between them, not ${JSON.stringify(word)}.`,
      { fields: { setting: 'STRIP' } },
    );
  });
  return readTransforms({
    replace: linesOf(replace),
    replaceRegex: linesOf(replaceRegex),
    strip: wanted,
    captionTemplate,
  });
}

async function readAttribution({
  attribution: place,
  attributionTemplate,
}: TextSettings): Promise<TextOptions['attribution']> {
  if (place === 'none') return undefined;
  const { ATTRIBUTION_FIELDS, DEFAULT_ATTRIBUTION } = await import('../messages/transform/attribution.js');
  const { readTemplate } = await import('../messages/transform/template.js');
  const written = attributionTemplate ?? DEFAULT_ATTRIBUTION;
  return { place, template: readTemplate(written, ATTRIBUTION_FIELDS, '--attribution-template') };
}

async function readProgram(command: string | undefined): Promise<Texts['program']> {
  if (command === undefined) return undefined;
  return (await import('../clone/pipe/command-words.js')).commandWords(command);
}

function linesOf(rules: string | undefined): readonly string[] {
  return rules?.split(/\r?\n/).filter((line) => line !== '') ?? [];
}
