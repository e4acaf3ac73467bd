import type { Api } from 'telegram/tl/index.js';
import type { ChatTheme, Theme, Wallpaper, WallpaperSettings } from '../../document/theme.js';
import { flag, long, maybe, maybeList, plain, present } from './fields.js';
import { fileOf } from './files.js';
import { giftOf } from './gift.js';
import { never } from './unknown.js';

type Paper<Kind> = Extract<Wallpaper, { kind: Kind }>;

export function chatThemeOf(theme: Api.TypeChatTheme): ChatTheme {
  switch (theme.className) {
    case 'ChatTheme':
      return { kind: 'emoji', emoji: theme.emoticon };
    case 'ChatThemeUniqueGift':
      return { kind: 'gift', gift: giftOf(theme.gift), themes: theme.themeSettings.map(themeOf) };
    default:
      return never(theme);
  }
}

export function themeOf(theme: Api.TypeThemeSettings): Theme {
  return present<Theme>({
    base: baseOf(theme.baseTheme),
    accent: theme.accentColor,
    outgoingAccent: plain(theme.outboxAccentColor),
    messageColors: maybeList(theme.messageColors, Number),
    animated: flag(theme.messageColorsAnimated),
    wallpaper: maybe(theme.wallpaper, wallpaperOf),
  });
}

function baseOf(base: Api.TypeBaseTheme): Theme['base'] {
  switch (base.className) {
    case 'BaseThemeClassic':
      return 'classic';
    case 'BaseThemeDay':
      return 'day';
    case 'BaseThemeNight':
      return 'night';
    case 'BaseThemeTinted':
      return 'tinted';
    case 'BaseThemeArctic':
      return 'arctic';
    default:
      return never(base);
  }
}

export function wallpaperOf(paper: Api.TypeWallPaper): Wallpaper {
  switch (paper.className) {
    case 'WallPaper':
      return present<Paper<'file'>>({
        kind: 'file',
        id: long(paper.id),
        accessHash: long(paper.accessHash),
        slug: paper.slug,
        file: fileOf(paper.document),
        own: flag(paper.creator),
        pattern: flag(paper.pattern),
        default: flag(paper.default),
        dark: flag(paper.dark),
        settings: maybe(paper.settings, settingsOf),
      });
    case 'WallPaperNoFile':
      return present<Paper<'fill'>>({
        kind: 'fill',
        id: long(paper.id),
        default: flag(paper.default),
        dark: flag(paper.dark),
        settings: maybe(paper.settings, settingsOf),
      });
    default:
      return never(paper);
  }
}

function settingsOf(settings: Api.TypeWallPaperSettings): WallpaperSettings {
  const { backgroundColor, secondBackgroundColor, thirdBackgroundColor, fourthBackgroundColor } = settings;
  const colors = [backgroundColor, secondBackgroundColor, thirdBackgroundColor, fourthBackgroundColor];
  return present<WallpaperSettings>({
    colors: colors.filter((color) => color != null),
    blur: flag(settings.blur),
    motion: flag(settings.motion),
    intensity: plain(settings.intensity),
    rotation: plain(settings.rotation),
    emoji: plain(settings.emoticon),
  });
}
