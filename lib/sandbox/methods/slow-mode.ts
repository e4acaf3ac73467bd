import type { Chat, Member } from '../world/model.js';
import type { MethodContext } from './context.js';

/**
 * core.telegram.org/constructor/channelFull: slowmode_next_send_date says when an account to which slow mode applies may
 * send again. Admins have none, but in weather that knows no exemption.
 */
export function slowmodeOf(
  { world, slowmodeForAll }: MethodContext,
  { slowmodeSeconds: own }: Chat,
  member: Member | undefined,
) {
  const forAll = slowmodeForAll();
  const seconds = Math.max(own, forAll);
  if (seconds === 0) return {};
  const now = world.clock.now();
  const next = Math.max(now, (member?.lastPostMs ?? 0) + seconds * 1000);
  const isHeld = forAll > 0 || (member?.role === 'member' && next > now);
  return {
    slowmodeSeconds: seconds,
    ...(isHeld && { slowmodeNextSendDate: Math.ceil(next / 1000) }),
  };
}
