import type { MessageDocument, PostDocument, ServiceDocument } from './document.js';
import type { ImportedKeys } from './imported.js';

/**
 * One document from two that other programs have kept of the same message: of the one that was edited later, or of `known`,
 * with what it lacks from the other. A value that is known never gives way to one that is missing.
 */
export function mergedImports(
  known: MessageDocument,
  found: MessageDocument,
  { isWhole }: { readonly isWhole: boolean },
): MessageDocument {
  if (RANKS[known.kind] !== RANKS[found.kind]) return RANKS[known.kind] > RANKS[found.kind] ? known : found;
  if (!isSpoken(known) || !isSpoken(found)) return known;
  const [one, other] = [editedAt(known), editedAt(found)];
  const isLater = other > one || (other === one && (isWhole || (isPage(known) && !isPage(found))));
  return isLater ? filled(found, known) : filled(known, found);
}

/** Whether `one` is an earlier state of a message than `other`, by when it was edited. */
export function isEarlier(one: MessageDocument, other: MessageDocument): boolean {
  return isSpoken(one) && isSpoken(other) && editedAt(one) < editedAt(other);
}

type Spoken = PostDocument | ServiceDocument;

const RANKS: Readonly<Record<MessageDocument['kind'], number>> = {
  message: 2,
  service: 2,
  unknown: 1,
  empty: 0,
};

function isSpoken(document: MessageDocument): document is Spoken {
  return document.kind === 'message' || document.kind === 'service';
}

/** A page says less than a result.json. */
function isPage({ imported }: Spoken): boolean {
  return imported?.form === 'messages.html';
}

function editedAt(document: Spoken): number {
  return document.kind === 'message' ? (document.editDate ?? 0) : 0;
}

type Fields = Readonly<Record<string, unknown>>;

function filled(base: Spoken, other: Spoken): Spoken {
  const fields: Record<string, unknown> = { ...other, ...base, flags: { ...other.flags, ...base.flags } };
  for (const name of ['media', 'forward', 'reply', 'action']) {
    const [one, two] = [(base as unknown as Fields)[name], (other as unknown as Fields)[name]];
    if (one && two) fields[name] = filledPart(one as Fields, two as Fields);
  }
  if (base.kind !== other.kind) return base;
  if (base.imported && other.imported) fields['imported'] = filledKeys(base.imported, other.imported);
  return fields as unknown as Spoken;
}

/** Parts of different kinds have nothing to say of each other. */
function filledPart(base: Fields, other: Fields): Fields {
  return base['kind'] === other['kind'] ? { ...other, ...base } : base;
}

function filledKeys(base: ImportedKeys, other: ImportedKeys): ImportedKeys {
  const keys: Record<string, unknown> = { ...other.keys, ...base.keys };
  for (const [name, value] of Object.entries(other.keys)) {
    if (isReason(keys[name]) && !isReason(value)) keys[name] = value;
  }
  return { form: base.form, keys };
}

/** In place of a path, Telegram Desktop writes why there is no file. */
export function isReason(value: unknown): boolean {
  return (
    value === null ||
    (typeof value === 'string' &&
      /^\((?:File|Photo) (?:unavailable|exceeds|not included)[^)]*\)$/.test(value))
  );
}
