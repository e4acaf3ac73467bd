import type { InlineAction, InlineButton, ReplyMarkup } from '../../messages/document/markup.js';
import { isObject, type JsonObject, NO_ID, unknown } from './fields.js';

/** The buttons below a message, and whether its keys say more. */
export function markupOf(rows: readonly unknown[]): {
  readonly markup: ReplyMarkup;
  readonly isLossy: boolean;
} {
  let isLossy = false;
  const buttons = rows.map((row) =>
    (Array.isArray(row) ? row : []).filter(isObject).map((button): InlineButton => {
      const action = actionOf(button);
      isLossy ||= action.kind === 'unknown';
      return { text: textIn(button, 'text'), action };
    }),
  );
  return { markup: { kind: 'inline', rows: buttons }, isLossy };
}

function textIn(button: JsonObject, key: string): string {
  const value = button[key];
  return typeof value === 'string' ? value : '';
}

function actionOf(button: JsonObject): InlineAction {
  const data = textIn(button, 'data');
  const id = Number(button['button_id']);
  switch (button['type']) {
    case 'url':
      return { kind: 'url', url: data };
    case 'auth':
      return {
        kind: 'login',
        url: data,
        ...(Number.isSafeInteger(id) && { button: id }),
        ...('forward_text' in button && { forwardText: textIn(button, 'forward_text') }),
      };
    case 'web_view':
    case 'simple_web_view':
      return { kind: 'web_app', url: data };
    case 'callback':
      return { kind: 'callback', data: callbackData(button, data) };
    case 'callback_with_password':
      return { kind: 'callback', data: callbackData(button, data), password: true };
    case 'game':
    case 'buy':
    case 'disabled':
      return { kind: button['type'] };
    case 'switch_inline':
      return { kind: 'switch_inline', query: data };
    case 'switch_inline_same':
      return { kind: 'switch_inline', query: data, samePeer: true };
    case 'user_profile':
      return { kind: 'user', ...(/^\d{1,15}$/.test(data) && data !== NO_ID && { user: Number(data) }) };
    case 'copy_text':
      return { kind: 'copy', text: data };
    default:
      return unknown(textIn(button, 'type'));
  }
}

/** In base64, for which Telegram Desktop has its own letters; before 2024 it wrote the bytes themselves as text. */
function callbackData(button: JsonObject, data: string): string {
  const encoded = button['dataBase64'];
  return typeof encoded === 'string'
    ? Buffer.from(encoded, 'base64url').toString('base64')
    : Buffer.from(data, 'utf8').toString('base64');
}
