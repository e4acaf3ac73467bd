import type { HistoryLine } from '../text/history-file.js';
import type { HistoryImport } from './history-import.js';
import type { Account } from './model.js';
import type { World } from './world.js';

const ATTACHED = /^\u200e?<attached: (.+)>$/;
const ANDROID_ATTACHED = /^\u200e?(.+) \(file attached\)$/;

/** The imports that were begun and haven't been carried out. */
export function importsOf(world: World): Map<bigint, HistoryImport> {
  world.state.imports ??= new Map();
  return world.state.imports;
}

/** Carries out the imports that were started: their messages are posted, in the order of their files. */
export function finishImports(world: World): void {
  const imports = importsOf(world);
  for (const one of imports.values()) {
    if (!one.started) continue;
    imports.delete(one.id);
    for (const line of one.lines) post(world, one, line);
  }
  world.touch();
}

/**
 * Each message is of the present, and shows its author's name and its own date as a forwarded one does; in a private chat it is the
 * other person's if it has their name. A file belongs to a message that consists of its name alone. Where it wasn't uploaded, the name
 * stays as the text; where it isn't taken over, the message is empty.
 */
function post(world: World, { userId, peer, files }: HistoryImport, { name, date, text }: HistoryLine): void {
  const fileName = (ATTACHED.exec(text) ?? ANDROID_ATTACHED.exec(text))?.[1];
  const file = fileName === undefined ? undefined : files.get(fileName);
  const other = world.account(peer);
  const theirs = other !== undefined && name === fullName(other);
  world.post({
    chat: theirs ? userId : peer,
    from: theirs ? peer : userId,
    forward: { from: undefined, name, date, imported: true },
    text: file ? '' : text,
    ...(file?.media ? { media: file.media } : {}),
    silent: true,
  });
}

function fullName({ firstName, lastName }: Account): string {
  return `${firstName} ${lastName}`.trim();
}
