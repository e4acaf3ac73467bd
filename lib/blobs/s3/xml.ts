/** The text of the first element of a name, without what stands for its special signs; empty without one. */
export function elementIn(text: string, tag: string): string {
  return unescaped(new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(text)?.[1] ?? '');
}

/** What stands between the tags of each element of a name. */
export function elementsIn(text: string, tag: string): readonly string[] {
  return [...text.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, 'gs'))].map(([, inside = '']) => inside);
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(amp|lt|gt|quot|apos));/gi, (_, decimal, hex, name) => {
    if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? '';
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal));
  });
}
