/** Keeps only the flags that are set, as TL's constructors and plain data take them. */
export function onlySet<K extends string>(
  flags: Readonly<Record<K, boolean | null | undefined>>,
): { [P in K]?: true } {
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value)) as { [P in K]?: true };
}
