/** The user and group without any right, on Linux and macOS. */
export const NOBODY = 65534;

/** Does `work` as a user who isn't root: root drops its rights meanwhile. */
export async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    if (root) process.seteuid?.(0);
  }
}
