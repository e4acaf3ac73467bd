import { userInfo } from 'node:os';

/** Whom the operating system runs this process as: a name; a number where the user has none, as in many containers. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // An id without an entry in passwd.
    return String(process.geteuid?.() ?? 'unknown');
  }
}
