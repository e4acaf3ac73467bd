import { RE2JS } from 're2js';
import { messageOf } from '../../base/errors.js';

/** A regular expression of RE2: its time grows with the text's length alone, whatever the pattern. */
export interface Pattern {
  /** Whether the pattern occurs somewhere in the text. */
  finds(text: string): boolean;
}

/** A pattern, or the reason for which it isn't one. */
export type ReadPattern = { readonly pattern: Pattern } | { readonly fault: string };

/** Reads a pattern in RE2's syntax (github.com/google/re2/wiki/Syntax), which has no lookaround and no backreferences. */
export function readPattern(text: string): ReadPattern {
  try {
    const compiled = RE2JS.compile(text);
    return { pattern: { finds: (subject) => compiled.matcher(subject).find() } };
  } catch (error) {
    return { fault: messageOf(error).replace(/^error parsing regexp: /, '') };
  }
}
