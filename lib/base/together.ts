import { linkAbort } from './abort.js';

/**
 * The results of several pieces of work that `begin` starts at once, under a signal linked to `signal`.
 * Throws the error of the first in their order that fails; by then the others, which may have been waiting out a flood,
 * have been aborted and have ended.
 */
export async function together<T extends readonly unknown[]>(
  signal: AbortSignal,
  begin: (linked: AbortSignal) => readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  const link = linkAbort(signal);
  const pieces = begin(link.signal);
  for (const piece of pieces) piece.catch(() => {});
  try {
    const answers: unknown[] = [];
    for (const piece of pieces) answers.push(await piece);
    return answers as unknown as T;
  } catch (error) {
    link.abort(error);
    await Promise.allSettled(pieces);
    throw error;
  } finally {
    link.release();
  }
}
