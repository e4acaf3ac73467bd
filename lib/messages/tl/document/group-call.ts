import type { Api } from 'telegram/tl/index.js';
import type { GroupCall } from '../../document/service-calls.js';
import { long } from './fields.js';
import { never } from './unknown.js';

export function groupCallOf(call: Api.TypeInputGroupCall): GroupCall {
  switch (call.className) {
    case 'InputGroupCall':
      return { kind: 'id', id: long(call.id), accessHash: long(call.accessHash) };
    case 'InputGroupCallSlug':
      return { kind: 'link', slug: call.slug };
    case 'InputGroupCallInviteMessage':
      return { kind: 'invitation', message: call.msgId };
    default:
      return never(call);
  }
}
