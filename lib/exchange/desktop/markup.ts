import type { InlineAction, InlineButton, ReplyMarkup } from '../../messages/document/markup.js';
import type { Json, JsonObject } from './json.js';
import type { DesktopScene } from './scene.js';

/** The buttons below a message; undefined for everything else that a bot can put there. */
export function inlineButtons(markup: ReplyMarkup | undefined, scene: DesktopScene): Json | undefined {
  if (markup?.kind !== 'inline') return undefined;
  return markup.rows.map((row) => row.map((button) => buttonOf(button, scene)));
}

function buttonOf({ text, action }: InlineButton, scene: DesktopScene): JsonObject {
  const { type, ...details } = buttonAction(action, scene);
  return { type, text: text === '' ? undefined : text, ...details };
}

type Action<Kind> = Extract<InlineAction, { kind: Kind }>;

/** What a button does: its type, and its details in order. */
export function buttonAction(
  action: InlineAction,
  scene: Pick<DesktopScene, 'self'>,
): JsonObject & { readonly type: string } {
  const write = ACTIONS[action.kind] as (
    action: InlineAction,
    scene: Pick<DesktopScene, 'self'>,
  ) => JsonObject & { readonly type: string };
  return write(action, scene);
}

const ACTIONS: {
  readonly [Kind in InlineAction['kind']]: (
    action: Action<Kind>,
    scene: Pick<DesktopScene, 'self'>,
  ) => JsonObject & { readonly type: string };
} = {
  url: ({ url }) => ({ type: 'url', data: url }),
  login: ({ url, forwardText, button }) => ({
    type: 'auth',
    data: url,
    forward_text: forwardText,
    button_id: button,
  }),
  web_app: ({ url }) => ({ type: 'web_view', data: url }),
  callback: ({ data, password }) => ({
    type: password ? 'callback_with_password' : 'callback',
    data: '',
    dataBase64: Buffer.from(data, 'base64').toString('base64url'),
  }),
  game: () => ({ type: 'game' }),
  buy: () => ({ type: 'buy' }),
  switch_inline: ({ query, samePeer }) => ({
    type: samePeer ? 'switch_inline_same' : 'switch_inline',
    data: query === '' ? undefined : query,
  }),
  user: ({ user }, { self }) => ({ type: 'user_profile', data: String(user ?? self) }),
  copy: ({ text }) => ({ type: 'copy_text', data: text }),
  disabled: () => ({ type: 'disabled' }),
  unknown: () => ({ type: 'default' }),
};
