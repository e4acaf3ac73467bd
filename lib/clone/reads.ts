/** Requests that change nothing at Telegram, by their names in TL, with or without a capital in the second word. */
const READS =
  /^(?:help\.Get|users\.Get|updates\.Get|langpack\.Get|contacts\.(?:Get|ResolveUsername)|messages\.(?:Get(?!.*BotCallback)|Search|CheckChatInvite)|channels\.Get|upload\.Get|stickers\.Check|stories\.Get|account\.Get)/i;

/** Whether a request, or one of this method (`messages.getHistory`), changes nothing at Telegram, whoever makes it. */
export function changesNothing(request: string | { readonly className: string }): boolean {
  return READS.test(typeof request === 'string' ? request : request.className);
}

/** Whether such a request is as good when it comes twice, at whatever time: it reads, or carries a part of a file. */
export function mayComeLate(request: string | { readonly className: string }): boolean {
  return (
    changesNothing(request) ||
    /^upload\.save/i.test(typeof request === 'string' ? request : request.className)
  );
}
