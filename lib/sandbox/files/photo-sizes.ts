import { headBytes } from './head.js';
import type { ImageSize } from './image-size.js';
import type { Content, ContentHead, PhotoSize } from './stored-file.js';

/**
 * The boxes that a photo's sizes fit into, in pixels, by type letter (core.telegram.org/api/files, "Image thumbnail
 * types").
 */
const BOXES = [
  { type: 's', pixels: 100 },
  { type: 'm', pixels: 320 },
  { type: 'x', pixels: 800 },
  { type: 'y', pixels: 1280 },
  { type: 'w', pixels: 2560 },
] as const;

/** The largest thumbnail of a document, in bytes (TL: inputMediaUploadedDocument.thumb). */
export const THUMB_BYTES = 200 * 1024;

/**
 * All sizes of a photo: the whole one, and the smaller ones of m, x and y, which show the same picture.
 */
export function photoSizes(seed: string, whole: ImageSize, content: Content, size: number): PhotoSize[] {
  const longest = Math.max(whole.width, whole.height);
  const box = BOXES.find(({ pixels }) => longest <= pixels) ?? BOXES[BOXES.length - 1];
  const smaller = BOXES.filter(({ type, pixels }) => 'mxy'.includes(type) && pixels < longest);
  return [
    ...smaller.map(({ type, pixels }) => drawnSize(type, seed, shrink(whole, pixels))),
    { type: box?.type ?? 'w', width: whole.width, height: whole.height, size, content },
  ];
}

/** A size whose content is one small JPEG, a function of `seed`. */
export function drawnSize(type: string, seed: string, { width, height }: ImageSize): PhotoSize {
  const head: ContentHead = { kind: 'jpeg', width, height };
  const size = headBytes(head, seed).length;
  return { type, width, height, size, content: { kind: 'seed', seed, head } };
}

function shrink({ width, height }: ImageSize, pixels: number): ImageSize {
  const ratio = pixels / Math.max(width, height);
  const side = (length: number): number => Math.max(1, Math.round(length * ratio));
  return { width: side(width), height: side(height) };
}
