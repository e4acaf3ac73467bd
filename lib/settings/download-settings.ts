import type { DownloadKey } from './download-table.js';

/** Where the files of messages go, and how many are fetched at once. */
export interface DownloadSettings {
  /** As it was written: a folder, or an address of S3. */
  readonly output: string;
  /** The template of paths, as it was written. */
  readonly path: string | undefined;
  readonly parallelDownloads: number;
  readonly dedupe: 'skip' | 'link' | 'copy';
}

/** Parsed by the table, whose choices the types repeat. */
export function downloadSettings(
  values: Pick<ReadonlyMap<DownloadKey, string | number | boolean>, 'get'>,
): DownloadSettings {
  return Object.freeze({
    output: String(values.get('output')),
    path: values.get('path') as string | undefined,
    parallelDownloads: Number(values.get('parallelDownloads')),
    dedupe: values.get('dedupe') as DownloadSettings['dedupe'],
  });
}
