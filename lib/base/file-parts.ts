import type { FaultOptions } from './fault-options.js';

/** Bytes of a file on their way. They have one owner at a time, who passes them on, or releases them when done. */
export interface FilePart {
  readonly bytes: Buffer;
  /** Says that nobody reads the bytes any more: their memory may serve another part. Only the first call counts. */
  readonly release: () => void;
}

/** One part of a file to upload. */
export interface UploadPart {
  readonly fileId: bigint;
  readonly index: number;
  /** How many parts the file has. */
  readonly total: number;
  readonly bytes: Buffer;
  /** Whether upload.saveBigFilePart saves it, rather than upload.saveFilePart. */
  readonly big: boolean;
}

/** Where a file's bytes go. */
export interface PartUploader {
  /**
   * Resolves when the server has acknowledged the part, whose bytes may then change. Rejects soon after `signal`
   * aborts, leaving nothing.
   */
  savePart(part: UploadPart, signal: AbortSignal, faults?: FaultOptions): Promise<void>;
}

/** A hash from upload.getFileHashes for the bytes of a file from `offset` up to `offset` + `length`. */
export interface RangeHash {
  readonly offset: number;
  readonly length: number;
  readonly sha256: Buffer;
}

/** A photo or document that the server has made of an upload, as messages refer to it (inputPhoto, inputDocument). */
export interface ServerFile {
  readonly kind: 'photo' | 'document';
  /** Signed, as all TL longs. */
  readonly id: bigint;
  readonly accessHash: bigint;
  /** Expires after hours. */
  readonly fileReference: Buffer;
}

/** The content of an InputFile (with `md5`) or an InputFileBig. */
export interface UploadedFile {
  readonly fileId: bigint;
  readonly parts: number;
  readonly name: string;
  readonly big: boolean;
  /** For a small file: lower-case hexadecimal, as InputFile.md5_checksum requires. */
  readonly md5?: string;
}
