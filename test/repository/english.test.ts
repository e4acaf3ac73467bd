import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repositoryRoot } from '../support/paths.js';
import { PHRASES, type Phrase } from './phrases.js';

const FOLDERS = ['lib', 'bin', 'tuning', 'bench', 'test'];
/** Of these folders everything is checked; of the others, pages, comments and the titles of tests. */
const READ_WHOLE = /^(?:lib|bin|tuning)\//;
/** Words of many languages, one by one. */
const NO_PROSE = 'lib/analyze/stop-words.ts';

test('no text that people read contains a phrase of the list', () => {
  const found = pagesAndSources().flatMap((path) =>
    faultsIn(proseOf(path)).map(({ line, words, say }) => `${path}:${line}: “${words}”: say ${say}`),
  );
  assert.deepEqual(found, []);
});

test('each phrase of the list is found in its wrong example, over line ends too, and nowhere else', () => {
  for (const phrase of PHRASES) {
    const { wrong, right, say } = phrase;
    assert.ok(phrasesOf(wrong).includes(phrase), `${phrase.pattern} finds “${wrong}”`);
    for (const [between, form] of [
      ['\n * ', 'a comment'],
      ["' +\n      '", 'a text in two pieces'],
      ['\n# ', 'a script'],
    ] as const) {
      const broken = wrong.replaceAll(' ', between === "' +\n      '" ? ` ${between}` : between);
      assert.ok(phrasesOf(broken).includes(phrase), `${phrase.pattern} finds it in ${form}`);
    }
    assert.deepEqual(phrasesOf(right), [], right);
    assert.deepEqual(phrasesOf(`Say ${say}.`), [], say);
  }
});

test('a phrase is reported with its line', () => {
  const [fault, ...more] = faultsIn('/**\n * Fine.\n * The run goes\n * on.\n */\n');
  assert.deepEqual([fault?.line, fault?.words, more], [3, 'goes on', []]);
});

/** The sources, the template of settings, and every page. */
function pagesAndSources(): string[] {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(repositoryRoot, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(repositoryRoot.length).replace(/^\//, '')),
  );
  const pages = readdirSync(repositoryRoot).filter((name) => name.endsWith('.md'));
  const wanted = files.filter(
    (path) => path !== NO_PROSE && (READ_WHOLE.test(path) || /\.(?:md|ts)$/.test(path)),
  );
  assert.ok(wanted.length > 300 && pages.length >= 5, 'the files are found');
  return ['.env.example', ...pages, ...wanted.sort()].filter(
    (path) => !/node_modules|\.(?:node|png)$/.test(path),
  );
}

/** The lines of a file that people read; the others are empty. */
function proseOf(path: string): string {
  const text = readFileSync(join(repositoryRoot, path), 'utf8');
  if (!path.endsWith('.ts') || READ_WHOLE.test(path)) return text;
  const isProse = /^\s*(?:\/\*|\*|\/\/|(?:test|describe|it)\()/;
  const lines = text.split('\n');
  return lines.map((line) => (isProse.test(line) ? line : '')).join('\n');
}

interface Fault {
  readonly line: number;
  readonly words: string;
  readonly say: string;
}

function phrasesOf(text: string): Phrase[] {
  const { words } = flowing(text);
  return PHRASES.filter(({ pattern }) => pattern.test(words));
}

function faultsIn(text: string): Fault[] {
  const { words, lineAt } = flowing(text);
  return PHRASES.flatMap(({ pattern, say }) =>
    [...words.matchAll(new RegExp(pattern, `${pattern.flags}g`))].map(({ 0: found, index }) => ({
      line: lineAt(index),
      words: found,
      say,
    })),
  );
}

/** A text on one line: without the marks of comments, and with the pieces of a string joined. */
function flowing(text: string): { words: string; lineAt: (index: number) => number } {
  const starts: number[] = [];
  let words = '';
  for (const line of text.split('\n')) {
    const piece = line.replace(/^\s*(?:\/?\*+(?!\/)|\/\/|#+)?\s*/, '').trimEnd();
    const joins = /['"`] \+$/.test(words) && /^['"`]/.test(piece);
    words = joins ? words.slice(0, -3) : `${words} `;
    starts.push(words.length);
    words += joins ? piece.slice(1) : piece;
  }
  return { words, lineAt: (index) => starts.findLastIndex((start) => start <= index) + 1 };
}
