import { join } from 'node:path';
import {
  type Kind,
  type KindTable,
  OPTIONS,
  OUTCOMES,
  type Outcome,
  optionsOf,
} from '../../lib/messages/kinds/kind.js';
import { FIELDS, KINDS } from '../../lib/messages/kinds/table.js';
import { repositoryRoot } from './paths.js';

export const KINDS_DOC = join(repositoryRoot, 'lib/messages/KINDS.md');

const KIND_TITLES: Readonly<Record<keyof typeof KINDS, string>> = {
  Message: 'What a history consists of',
  MessageMedia: 'Media',
  MessageExtendedMedia: 'Items of paid media',
  DocumentAttribute: 'Attributes of files',
  MessageEntity: 'Formatting',
  WebPageAttribute: 'Previews of links to Telegram',
  MessageReplyHeader: 'Replies',
  MessageFwdHeader: 'Forwards',
  ReplyMarkup: 'Buttons and keyboards',
  KeyboardInlineButtonRow: 'Rows of buttons under a message',
  KeyboardInlineButton: 'Buttons under a message',
  InlineButtonType: 'What a button under a message does',
  KeyboardButtonRow: "Rows of a bot's keyboard",
  KeyboardButton: "Buttons of a bot's keyboard",
  ButtonType: "What a button of a bot's keyboard does",
  KeyboardButtonStyle: 'Styles of buttons',
  PageBlock: 'Blocks of rich messages',
  RichText: 'Text of rich messages',
  MediaArea: 'Areas of shared stories',
  MessageAction: 'Service messages',
  InputMedia: 'Media in requests',
};

const FIELD_TITLES: Readonly<Record<keyof typeof FIELDS, string>> = {
  Message: 'Fields of a message',
  MessageService: 'Fields of a service message',
  MessageReplyHeader: 'Fields of a reply',
  MessageReplyStoryHeader: 'Fields of a reply to a story',
  MessageFwdHeader: 'Fields of a forward',
  MessageMediaPhoto: 'Fields of a photo',
  MessageMediaDocument: 'Fields of a file',
  MessageMediaWebPage: "Fields of a link's preview",
  Poll: 'Fields of a poll',
};

/** lib/messages/KINDS.md as generated from the tables of kinds. */
export function kindsDoc(): string {
  return [
    INTRODUCTION,
    `## Outcomes\n\n| outcome | |\n| --- | --- |\n${pairs(OUTCOMES)}\n`,
    `## How many\n\n${counts()}\n`,
    `## Options\n\n| option | |\n| --- | --- |\n${pairs(OPTIONS)}\n`,
    ...sections().map(section),
  ].join('\n');
}

const INTRODUCTION = `# What becomes of every kind of message

Generated from the tables in \`lib/messages/kinds\` by \`npm run kinds-doc\`; a test compares the two. Others compare the tables
with the definitions of the client library: every constructor of these types, and every field of these constructors, has a
row, and a new version of the library that brings another one does not compile until it has one, too.

The names of losses and reasons are those of [the README](../../README.md#limits) and of a run's summary: each loss is recorded with its
message, counted, and shown by a dry run, by \`telepi check\` and by \`telepi verify\`.

A field that is left out without a loss is one that no sender can set on a message, however it is created again: author and date,
views and forwards, reactions, ratings, edits. Every copy has its own, so nothing is counted and \`telepi verify\` compares none of them.
Only a forward (\`--via forward\`) shows its author and date, and \`--attribution\` writes them into the text.
`;

interface Section {
  readonly title: string;
  /** Telegram's name for the type or the constructor. */
  readonly of: string;
  readonly table: KindTable;
}

function sections(): Section[] {
  const sectionsOf = (
    tables: Readonly<Record<string, KindTable>>,
    titles: Readonly<Record<string, string>>,
  ) => Object.entries(tables).map(([of, table]) => ({ title: titles[of] ?? of, of, table }));
  return [...sectionsOf(KINDS, KIND_TITLES), ...sectionsOf(FIELDS, FIELD_TITLES)];
}

function section({ title, of, table }: Section): string {
  const rows = Object.entries(table).map(([name, kind]) => row(name, kind));
  return `## ${title} (${of})\n\n| | outcome | | losses and reasons | option |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

function row(name: string, kind: Kind): string {
  return `| \`${name}\` | ${kind.outcome} | ${kind.sentence} | ${names(kind)} | ${code(optionsOf(kind))} |`;
}

function names(kind: Kind): string {
  const losses = 'losses' in kind ? code(kind.losses) : '';
  const reason = 'reason' in kind ? code(kind.reason && [kind.reason]) : '';
  const otherwise = kind.otherwise ? `a card if ${code(kind.otherwise)}` : '';
  return [reason, losses, otherwise].filter((each) => each !== '').join('; ');
}

function counts(): string {
  const ORDER = Object.keys(OUTCOMES) as Outcome[];
  const line = (name: string, kinds: readonly Kind[]): string => {
    const cells = ORDER.map((outcome) => kinds.filter((kind) => kind.outcome === outcome).length);
    return `| ${[name, kinds.length, ...cells].join(' | ')} |`;
  };
  const all = (tables: Readonly<Record<string, KindTable>>): Kind[] =>
    Object.values(tables).flatMap((table) => Object.values(table));
  const lines = (tables: Readonly<Record<string, KindTable>>): string[] =>
    Object.entries(tables).map(([of, table]) => line(of, Object.values(table)));
  return [
    `| constructors of | all | ${ORDER.join(' | ')} |`,
    `|${' --- |'.repeat(ORDER.length + 2)}`,
    ...lines(KINDS),
    line('**all constructors**', all(KINDS)),
    ...lines(FIELDS).map((each) => each.replace('| ', '| fields of ')),
    line('**all fields**', all(FIELDS)),
  ].join('\n');
}

function pairs(sentences: Readonly<Record<string, string>>): string {
  return Object.entries(sentences)
    .map(([name, sentence]) => `| \`${name}\` | ${sentence} |`)
    .join('\n');
}

function code(words: readonly string[] | undefined): string {
  return (words ?? []).map((word) => `\`${word}\``).join(', ');
}
