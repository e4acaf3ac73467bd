import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process's effects on the machine, read from /proc: Linux only. */
export interface ProcessFootprint {
  /** VmHWM: the most memory that was resident at once, in bytes. */
  readonly peakRssBytes: number;
  /** write_bytes: what was sent towards a storage device, in bytes. */
  readonly writtenBytes: number;
  /** Every regular file that was seen open for writing, by its path. */
  readonly filesWritten: ReadonlySet<string>;
}

const POLL_MS = 50;
const ACCESS_MODE = 0o3;

export const canWatchProcesses = process.platform === 'linux';

/** Looks at process `pid` 20 times a second until `stop`, which returns what was seen until the process ended. */
export function watchProcess(pid: number | undefined): { stop(): ProcessFootprint } {
  if (pid === undefined) throw new Error('The process did not start.');
  let peakRssBytes = 0;
  let writtenBytes = 0;
  const filesWritten = new Set<string>();
  const look = (): void => {
    peakRssBytes = Math.max(peakRssBytes, 1024 * procNumber(pid, 'status', /^VmHWM:\s+(\d+) kB/m));
    writtenBytes = Math.max(writtenBytes, procNumber(pid, 'io', /^write_bytes: (\d+)/m));
    for (const path of openForWriting(pid)) filesWritten.add(path);
  };
  look();
  const timer = setInterval(look, POLL_MS);
  return {
    stop() {
      clearInterval(timer);
      return { peakRssBytes, writtenBytes, filesWritten };
    },
  };
}

function procNumber(pid: number, file: string, pattern: RegExp): number {
  return whileAlive(() => Number(pattern.exec(readFileSync(`/proc/${pid}/${file}`, 'utf8'))?.[1] ?? 0), 0);
}

function openForWriting(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return whileAlive(() => readdirSync(folder), []).flatMap((fd) =>
    whileAlive(() => {
      const path = readlinkSync(`${folder}/${fd}`);
      const flags = /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0';
      const writes = (Number.parseInt(flags, 8) & ACCESS_MODE) !== 0;
      return writes && path.startsWith('/') && !path.startsWith('/dev/') ? [path] : [];
    }, []),
  );
}

/** A process, or one of its descriptors, may be gone between two looks. */
function whileAlive<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
