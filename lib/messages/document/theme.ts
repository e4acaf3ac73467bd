import type { File } from './file.js';
import type { Gift } from './gift.js';
import type { Unknown } from './unknown.js';

/** Colours are RGB or ARGB numbers, as Telegram writes them. */
export interface Theme {
  readonly base: 'classic' | 'day' | 'night' | 'tinted' | 'arctic' | Unknown;
  readonly accent: number;
  readonly outgoingAccent?: number;
  readonly messageColors?: readonly number[];
  readonly animated?: true;
  readonly wallpaper?: Wallpaper;
}

export type ChatTheme =
  | { readonly kind: 'emoji'; readonly emoji: string }
  | { readonly kind: 'gift'; readonly gift: Gift; readonly themes: readonly Theme[] }
  | Unknown;

export type Wallpaper =
  | (WallpaperHead & {
      readonly kind: 'file';
      readonly accessHash: string;
      readonly slug: string;
      readonly file: File;
      readonly own?: true;
      readonly pattern?: true;
    })
  | (WallpaperHead & { readonly kind: 'fill' })
  | Unknown;

interface WallpaperHead {
  readonly id: string;
  readonly default?: true;
  readonly dark?: true;
  readonly settings?: WallpaperSettings;
}

export interface WallpaperSettings {
  readonly blur?: true;
  readonly motion?: true;
  /** One to four: a colour, a gradient, or a freeform gradient. */
  readonly colors: readonly number[];
  /** In per cent; negative for an inverted pattern. */
  readonly intensity?: number;
  /** In degrees. */
  readonly rotation?: number;
  /** The emoji of the theme that it belongs to. */
  readonly emoji?: string;
}
