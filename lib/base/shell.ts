const BARE = /^[\w@%+=:,./-]+$/;
/** Characters that a terminal obeys, or doesn't show as they are. */
const UNSHOWN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/**
 * `text` as one word of a shell's command line, to be copied from a terminal. Control characters and invisible marks
 * are written as octal escapes in $'…', which bash, zsh, ksh and POSIX.1-2024 understand.
 */
export function shellWord(text: string): string {
  if (BARE.test(text)) return text;
  if (!UNSHOWN.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  const escaped = text.replace(/[\\']|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (mark) =>
    [...Buffer.from(mark)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
  );
  return `$'${escaped}'`;
}
