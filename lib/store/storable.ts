/**
 * A parameter in the form that every database keeps: Postgres refuses the character NUL in a text, and SQLite cuts some
 * texts at it. Half a surrogate pair has no form in UTF-8 and becomes the same character.
 */
export function storable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
}
