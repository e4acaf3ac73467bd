/** What names a thing at Telegram, or says when and where it was stored: other in a copy that shows the same. */
const VOLATILE: ReadonlySet<string> = new Set([
  'id',
  'accessHash',
  'fileReference',
  'dc',
  'date',
  'thumbs',
  'videoThumbs',
  'sizes',
  'variant',
  'tl',
]);

/** A value without everything in it that is bound to an account, a time or a place of storage, for an object of any kind. */
export function stable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !VOLATILE.has(name))
      .map(([name, each]) => [name, stable(each)]),
  );
}
