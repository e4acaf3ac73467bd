import { KIB, MIB, PART_SIZE } from '../../base/bytes.js';
import type { Random } from '../../base/random.js';
import type { FileStore, SourceFile } from '../files/file-store.js';
import type { Media } from '../world/message.js';

/** The kinds of files that a chat holds, as a client shows them. */
export type SampleKind =
  | 'photo'
  | 'video'
  | 'round'
  | 'gif'
  | 'audio'
  | 'voice'
  | 'sticker'
  | 'animated-sticker'
  | 'custom-emoji'
  | 'image-file'
  | 'paper'
  | 'archive'
  | 'file';

export interface SampleOptions {
  /** In bytes; default: a small size that suits the kind. */
  readonly size?: number;
  readonly spoiler?: boolean;
  /** Whether stickers were put on it. */
  readonly stickers?: boolean;
}

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
type Sample = Without<SourceFile, 'dcId' | 'seed'>;

/** Makes files of every kind, one after another on each DC. */
export class SampleFiles {
  readonly #files: FileStore;
  readonly #random: Random;
  readonly #dcs: readonly number[];
  readonly #seed: string;
  #count = 0;

  constructor(files: FileStore, random: Random, dcs: readonly number[], seed: string) {
    this.#files = files;
    this.#random = random;
    this.#dcs = dcs;
    this.#seed = seed;
  }

  make(kind: SampleKind, options: SampleOptions = {}): Media {
    const n = this.#count++;
    const common = { dcId: this.#dcs[n % this.#dcs.length] ?? 1, seed: `${this.#seed}/file/${n}` };
    const file = this.#files.add(
      withStickers({ ...common, ...this.#sample(kind, n, options.size) }, options),
    );
    return { kind: file.kind, fileId: file.id, spoiler: options.spoiler ?? false };
  }

  #sample(kind: SampleKind, n: number, wanted: number | undefined): Sample {
    if (kind === 'photo') {
      const portrait = n % 2 === 0;
      const [width, height] = portrait ? [720, 1280] : [1280, 853];
      return wanted === undefined
        ? { kind: 'photo', width, height }
        : { kind: 'photo', width, height, size: wanted };
    }
    const { least, most, ...facts } = documentFacts(kind, n, this.#random);
    return { kind: 'document', size: wanted ?? this.#random.integer(least, most), ...facts };
  }
}

function withStickers(file: SourceFile, { stickers = false }: SampleOptions): SourceFile {
  if (!stickers) return file;
  return file.kind === 'photo'
    ? { ...file, hasStickers: true }
    : { ...file, attributes: [...file.attributes, { type: 'has-stickers' }] };
}

type DocumentFacts = Omit<Extract<SourceFile, { kind: 'document' }>, 'dcId' | 'seed' | 'kind' | 'size'> & {
  readonly least: number;
  readonly most: number;
};

function documentFacts(kind: Exclude<SampleKind, 'photo'>, n: number, random: Random): DocumentFacts {
  return videoFacts(kind, n, random) ?? soundFacts(kind, n, random) ?? fileFacts(kind, n);
}

function videoFacts(kind: SampleKind, n: number, random: Random): DocumentFacts | undefined {
  const duration = random.integer(3, 240);
  switch (kind) {
    case 'video':
      return {
        mimeType: 'video/mp4',
        attributes: [
          { type: 'video', duration: duration + 0.5, width: 1280, height: 720, supportsStreaming: true },
          { type: 'filename', name: `holiday ${n}.mp4` },
        ],
        thumb: { width: 320, height: 180 },
        least: 600 * KIB,
        most: 1500 * KIB,
      };
    case 'round':
      return {
        mimeType: 'video/mp4',
        attributes: [{ type: 'video', duration: 12.5, width: 384, height: 384, roundMessage: true }],
        thumb: { width: 240, height: 240 },
        least: 200 * KIB,
        most: 700 * KIB,
      };
    case 'gif':
      return {
        mimeType: 'video/mp4',
        attributes: [
          { type: 'video', duration: 2.4, width: 480, height: 270, nosound: true },
          { type: 'animated' },
          { type: 'filename', name: `loop-${n}.gif.mp4` },
        ],
        thumb: { width: 320, height: 180 },
        least: 80 * KIB,
        most: 300 * KIB,
      };
    default:
      return undefined;
  }
}

function soundFacts(kind: SampleKind, n: number, random: Random): DocumentFacts | undefined {
  const duration = random.integer(3, 240);
  switch (kind) {
    case 'audio':
      return {
        mimeType: 'audio/mpeg',
        attributes: [
          { type: 'audio', duration, title: `Track ${n}`, performer: 'The Sandpipers 🎷' },
          { type: 'filename', name: `track-${n}.mp3` },
        ],
        thumb: { width: 300, height: 300 },
        least: 300 * KIB,
        most: 900 * KIB,
      };
    case 'voice':
      return {
        mimeType: 'audio/ogg',
        attributes: [{ type: 'audio', duration, voice: true, waveform: random.bytes(63).toString('hex') }],
        least: 20 * KIB,
        most: 120 * KIB,
      };
    default:
      return undefined;
  }
}

function fileFacts(kind: SampleKind, n: number): DocumentFacts {
  switch (kind) {
    case 'sticker':
      return {
        mimeType: 'image/webp',
        attributes: [
          { type: 'image-size', width: 512, height: 512 },
          { type: 'sticker', alt: '😀', set: { kind: 'name', shortName: 'SandboxAnimals' } },
          { type: 'filename', name: 'sticker.webp' },
        ],
        least: 12 * KIB,
        most: 40 * KIB,
      };
    case 'animated-sticker':
      return {
        mimeType: 'application/x-tgsticker',
        attributes: [
          { type: 'image-size', width: 512, height: 512 },
          { type: 'sticker', alt: '🎉', set: { kind: 'none' } },
          { type: 'filename', name: 'AnimatedSticker.tgs' },
        ],
        least: 4 * KIB,
        most: 30 * KIB,
      };
    case 'custom-emoji':
      return {
        mimeType: 'application/x-tgsticker',
        attributes: [
          { type: 'image-size', width: 100, height: 100 },
          { type: 'custom-emoji', alt: '🔥', set: { kind: 'name', shortName: 'SandboxFires' } },
        ],
        least: 4 * KIB,
        most: 30 * KIB,
      };
    case 'image-file':
      return {
        mimeType: 'image/png',
        attributes: [
          { type: 'image-size', width: 2400, height: 1600 },
          { type: 'filename', name: `scan ${n}.png` },
        ],
        thumb: { width: 320, height: 213 },
        least: 400 * KIB,
        most: 1200 * KIB,
      };
    case 'paper':
      return paper(n);
    case 'archive':
      return archive(n);
    default:
      return n % 2 === 0 ? paper(n) : archive(n);
  }
}

function paper(n: number): DocumentFacts {
  return {
    mimeType: 'application/pdf',
    attributes: [{ type: 'filename', name: `Bericht Nº ${n} – Übersicht.pdf` }],
    thumb: { width: 226, height: 320 },
    least: 1 * KIB,
    most: 2000 * KIB,
  };
}

function archive(n: number): DocumentFacts {
  return {
    mimeType: 'application/zip',
    attributes: [{ type: 'filename', name: `archive-${n}.zip` }],
    least: 1 * KIB,
    most: 2000 * KIB,
  };
}

/** Sizes at which counting parts, or choosing between the two upload methods, goes wrong. */
export const EDGE_SIZES: readonly number[] = [
  1,
  PART_SIZE - 1,
  PART_SIZE,
  PART_SIZE + 1,
  3 * PART_SIZE,
  10 * MIB - 1,
  10 * MIB,
  10 * MIB + 1,
];
