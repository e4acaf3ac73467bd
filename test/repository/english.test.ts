import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repositoryRoot } from '../support/paths.js';
import { PHRASES, type Phrase } from './phrases.js';

const FOLDERS = ['lib', 'bin', 'tuning', 'bench', 'test'];
/** Users, and people who change TelePi, read these folders; of the others, only pages are read. */
const READ_WHOLE = /^(?:lib|bin|tuning)\//;

test('what people read is plain English: no phrase of the list is in it', () => {
  const found = pagesAndSources().flatMap((path) =>
    faultsIn(readFileSync(join(repositoryRoot, path), 'utf8')).map(
      ({ line, words, say }) => `${path}:${line}: “${words}”: say ${say}`,
    ),
  );
  assert.deepEqual(found, []);
});

test('each phrase of the list is found where it is wrong, over line ends too, and nowhere else', () => {
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

/** The sources of lib, bin and tuning, the template of settings, and every page. */
function pagesAndSources(): string[] {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(repositoryRoot, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(repositoryRoot.length).replace(/^\//, '')),
  );
  const pages = readdirSync(repositoryRoot).filter((name) => name.endsWith('.md'));
  const wanted = files.filter((path) => READ_WHOLE.test(path) || path.endsWith('.md'));
  assert.ok(wanted.length > 300 && pages.length >= 5, 'the files are found');
  return ['.env.example', ...pages, ...wanted.sort()].filter((path) => !/node_modules|\.node$/.test(path));
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
