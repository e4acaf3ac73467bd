/** The text that replaces a secret. */
export const HIDDEN = '[hidden]';

const SECRET_KEYS =
  /^(api_?hash|session|phone(_?number)?|phone_?code(_?hash)?|password|(bot_?)?token|auth_?key)$/i;
// Hiding a shorter secret would black out half of every line, and so reveal it.
const SHORTEST_INSIDE = 4;
/** How many digits a phone number has at least, with its country code. */
const SHORTEST_PHONE = 7;

/** A login code is used only once, and an id may well contain its digits. */
function isCode(secret: string): boolean {
  return secret.length < SHORTEST_PHONE && /^\d+$/.test(secret);
}

function alone(digits: string): RegExp {
  return new RegExp(`(?<!\\d)${digits}(?!\\d)`, 'g');
}

/** Removes known secrets from texts and fields before they reach a log, a file or the terminal. */
export class Redactor {
  readonly #secrets = new Set<string>();
  /** The longest first, because one secret may be part of another. */
  #longestFirst: readonly string[] = [];

  /** From now on hides `secret` wherever it occurs. */
  add(...secrets: readonly (string | undefined)[]): void {
    for (const secret of secrets) {
      if (!secret) continue;
      this.#secrets.add(secret);
      // A phone number is written with or without a plus, blanks and dashes.
      const digits = secret.replace(/[\s()+-]/g, '');
      if (digits.length >= SHORTEST_PHONE && /^\d+$/.test(digits)) this.#secrets.add(digits);
    }
    this.#longestFirst = [...this.#secrets].sort((a, b) => b.length - a.length);
  }

  text(text: string): string {
    let safe = text;
    for (const secret of this.#longestFirst) {
      if (safe === secret) return HIDDEN;
      if (secret.length >= SHORTEST_INSIDE)
        safe = safe.replaceAll(isCode(secret) ? alone(secret) : secret, HIDDEN);
    }
    return safe;
  }

  /** A copy of `value` that JSON can hold: secrets hidden, bigints and errors as text, no cycles, no functions. */
  value(value: unknown): unknown {
    return this.#copy(value, []);
  }

  /** A short number, such as a login code that was used long ago, may well be a message's id. */
  #isPhone(value: number): boolean {
    const digits = String(value);
    return digits.length >= SHORTEST_PHONE && this.#secrets.has(digits);
  }

  #copy(value: unknown, above: readonly object[]): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'bigint') return this.text(value.toString());
    if (typeof value === 'number') return this.#isPhone(value) ? HIDDEN : value;
    if (typeof value === 'function' || typeof value === 'symbol') return undefined;
    if (typeof value !== 'object' || value === null) return value;
    if (above.includes(value)) return '[circular]';
    const below = [...above, value];
    if (value instanceof Error) return this.#copyError(value, below);
    if (value instanceof Uint8Array) return `[${value.length} bytes]`;
    if (Array.isArray(value)) return value.map((item) => this.#copy(item, below));
    const entries = Object.entries(value).map(([key, inner]) => [
      this.text(key),
      SECRET_KEYS.test(key) && inner !== undefined && inner !== null ? HIDDEN : this.#copy(inner, below),
    ]);
    return Object.fromEntries(entries);
  }

  #copyError(error: Error, above: readonly object[]): unknown {
    const { name, message, stack, cause } = error;
    const { code, fields } = error as { code?: unknown; fields?: unknown };
    return this.#copy({ name, message, code, fields, stack, cause }, above);
  }
}
