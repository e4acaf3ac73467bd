/** Every constructor in a TL object or array of such. */
export function constructorsOf(value: unknown): { id: number; name: string }[] {
  if (Array.isArray(value)) return value.flatMap(constructorsOf);
  if (typeof value !== 'object' || value === null || !('CONSTRUCTOR_ID' in value)) return [];
  const { className: name, CONSTRUCTOR_ID: id } = value as { className: string; CONSTRUCTOR_ID: number };
  const fields = Object.entries(value).filter(([field]) => field !== 'originalArgs');
  return [{ id, name }, ...fields.flatMap(([, field]) => constructorsOf(field))];
}
