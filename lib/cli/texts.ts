import { UsageError } from '../base/errors.js';
import type { TextOptions } from '../clone/compose/text-options.js';
import type { Settings } from '../settings/settings.js';
import type { SettingSources } from '../settings/sources.js';
import { specOf } from '../settings/table.js';
import type { TextSettings } from '../settings/text-settings.js';
import type { TextKey } from '../settings/text-table.js';
import type { CommandContext } from './command.js';

/** What becomes of the messages' texts, checked, and the program that is still to be started. */
export interface Texts {
  readonly options: Omit<TextOptions, 'pipe'>;
  readonly program: readonly [string, ...string[]] | undefined;
}

/**
 * Reads the rules, templates and program of a run.
 * @throws UsageError BAD_REPLACE, BAD_TEMPLATE, BAD_PIPE, PIPE_NOT_STARTED, BAD_SETTING, CONTRADICTION.
 */
export async function readTexts(
  { text, via }: Pick<Settings, 'text' | 'via'>,
  sources: Pick<SettingSources, 'environment' | 'workingDirectory'>,
): Promise<Texts> {
  const { long, buttons, replyFallback } = text;
  const options = { long, buttons, replyFallback };
  if (!changesTexts(text)) return { options, program: undefined };
  if (via === 'forward') throw forwarded(text);
  const [transform, attribution, program] = await Promise.all([
    readRules(text),
    readAttribution(text),
    readProgram(text, sources),
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
  return changing(text).length > 0;
}

const CHANGING = ['replace', 'replaceRegex', 'strip', 'captionTemplate', 'pipe'] as const;

/** The settings that change texts, among the given ones. */
function changing(text: TextSettings): readonly TextKey[] {
  const given = CHANGING.filter((key) => text[key] !== undefined);
  return text.attribution === 'none' ? given : ['attribution', ...given];
}

function forwarded(text: TextSettings): UsageError {
  const places = changing(text).map((key) => originOf(text, key));
  return new UsageError(
    'CONTRADICTION',
    `VIA=forward sends messages as they are, and cannot change their texts: use another way, or leave out ${places.join(' and ')}.`,
  );
}

/** Names a setting as its user wrote it. */
function originOf({ origins }: TextSettings, key: TextKey): string {
  return origins[key] ?? `--${specOf(key).flag}`;
}

async function readRules(text: TextSettings): Promise<TextOptions['transform']> {
  const { readTransforms } = await import('../messages/transform/transforms.js');
  const { STRIPPABLE } = await import('../messages/transform/strip.js');
  const { replace, replaceRegex, strip, captionTemplate, origins } = text;
  const words = strip?.split(',').map((word) => word.trim().toLowerCase()) ?? [];
  const wanted = words.map((word) => {
    const known = STRIPPABLE.find((each) => each === word);
    if (known) return known;
    throw new UsageError(
      'BAD_SETTING',
      `${originOf(text, 'strip')} must be one of ${STRIPPABLE.join(', ')}, or several with commas between them, not ${JSON.stringify(word)}.`,
      { fields: { setting: 'STRIP' } },
    );
  });
  return readTransforms({
    replace: linesOf(replace),
    replaceRegex: linesOf(replaceRegex),
    strip: wanted,
    captionTemplate,
    origins,
  });
}

async function readAttribution(text: TextSettings): Promise<TextOptions['attribution']> {
  const { attribution: place, attributionTemplate } = text;
  if (place === 'none') return undefined;
  const { ATTRIBUTION_FIELDS, DEFAULT_ATTRIBUTION } = await import('../messages/transform/attribution.js');
  const { readTemplate } = await import('../messages/transform/template.js');
  const written = attributionTemplate ?? DEFAULT_ATTRIBUTION;
  return {
    place,
    template: readTemplate(written, ATTRIBUTION_FIELDS, originOf(text, 'attributionTemplate')),
  };
}

async function readProgram(
  text: TextSettings,
  { environment, workingDirectory }: Pick<SettingSources, 'environment' | 'workingDirectory'>,
): Promise<Texts['program']> {
  if (text.pipe === undefined) return undefined;
  const [{ commandWords }, { requireProgram }] = await Promise.all([
    import('../clone/pipe/command-words.js'),
    import('../clone/pipe/find-program.js'),
  ]);
  const origin = originOf(text, 'pipe');
  const words = commandWords(text.pipe, origin);
  await requireProgram(words[0], { environment, workingDirectory, origin });
  return words;
}

function linesOf(rules: string | undefined): readonly string[] {
  return rules?.split(/\r?\n/).filter((line) => line !== '') ?? [];
}
