/** Fields of the toolkit's parameters that are secrets, or lead to a person's account. */
const FIELD = /pass|hash|secret|token|phone|session|api.?id|code/i;
/** The same in a text: `--api-hash x`, `password: x`, `api_hash=x`. */
const WRITTEN =
  /(["']?[\w-]*(?:pass(?:word|wd)?|hash|secret|token|phone|session|api[-_]?id|code)[\w-]*["']?\s*[:=\s]\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,;}\]]+)/gi;
/** An api_hash, a bot's token, a phone number, a login in a URL. */
const LOOKS = [/\b[0-9a-f]{32}\b/gi, /\b\d{6,12}:[\w-]{30,}/g, /\+\d{7,15}\b/g, /(?<=:\/\/)[^\s/@]+(?=@)/g];

const HIDDEN = '***';

/** A text of the toolkit without what must not be kept: `known` secrets, and whatever looks like one. */
export function withoutSecrets(text: string, known: readonly string[]): string {
  const json = asJson(text);
  if (json !== undefined) return JSON.stringify(cleaned(json, known));
  return looksHidden(text.replaceAll(WRITTEN, `$1${HIDDEN}`), known);
}

function asJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function cleaned(value: unknown, known: readonly string[]): unknown {
  if (typeof value === 'string') return looksHidden(value, known);
  if (Array.isArray(value)) return value.map((each) => cleaned(each, known));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, each]) => [
    name,
    FIELD.test(name) ? HIDDEN : cleaned(each, known),
  ]);
  return Object.fromEntries(fields);
}

function looksHidden(text: string, known: readonly string[]): string {
  let hidden = text;
  for (const secret of known) if (secret.length >= 3) hidden = hidden.replaceAll(secret, HIDDEN);
  for (const pattern of LOOKS) hidden = hidden.replaceAll(pattern, HIDDEN);
  return hidden;
}
