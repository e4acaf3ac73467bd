import type { MessageCrypto } from './message-crypto.js';

/** From test/golden/telethon-crypto.json: the third of `ige` and the second of `messages`. Base64. */
export const KNOWN_ANSWERS = {
  ige: {
    key: 'zPVI27kw+JYSjsCOLmk8NTbCM39zY11tlOYnNnf4txI=',
    iv: '3lrI84BbPVSi0qHUplOzKMDSYoBYi+BEBLN7Rfba6NU=',
    plain: 'FvP1rB6s16slzl+6fCi41OE7vi3VBczAbyFBgF/367sQxf26xSi7V0vnL1t2SjyA',
    cipher: 'eibD4Owsh1auRbZNtG2mRafNY8ypoVsKTE/flDGuqva72It9vWMbmZzlyNn+yo9p',
  },
  message: {
    authKey: [
      'Ndkzdhxu7GeZYpkaErIvYHEysONqjMO+EpBFnReXRt6E7OLBjVTQPGlgpPrkWb26+CnXrOXsrJebyPTSf6j/AVTYP9XkDPoD',
      '73Cp3C0XcAIyphaVpzRqKWyvCA5chFsMdrT1rXRK3kXKwklu9xgvMhrx/neNXUHTqFYXf14GrUAf6mPcb1SVzg8BVCavK6DJ',
      'vXUTvbAdsCQ4Aas9cX+/E5li/AtDEgDuvLj2iXPdl1vtn9mdjBozfnm1skuLO3sMJLdCV051h/i/Vz4Ib8a5/5gS0tLNio4D',
      'Z61LsumENPQ9nucKXnlKK+yGxD9ZAGHzp4jkTWwetbRYoLPso8abLA==',
    ].join(''),
    encrypted: [
      'bzTmAhoBC3UEXfMch1PSKQ9IX7WRZcPDww7o36BcE1/9J3Puv5mwnyqXoZxw6j7YWvghJu+sHKXU8lcsqz6V5sNZ7GSyquyF',
      'CTg4HOC1LQy5eNo/f24nuiZGTmw+haMZjXr8l9UplVjwL9+JW9qkcTJojpTL56Usk3HXFGgOwKoF3xZ4tLnt7vGmu/l6n86U',
      'RJWX3IlqxpPAUTto4PB2+Fzt2cuYGBq5heAFrC4yQUj2ALFHlfQTamWiECY7xVFfkYcCKKzdHElaoyABQyf4D4rtUn2oUNZO',
      'oa7UZnhrxbHEeBN9YfTCocznI5gPWlOB4M2GWHPTpgCCa6YHS6lYDbGHyzgVItCBzDgspYxKp6GtQJaE7R/XPe3NSxQCQZVK',
      'vmEPJx8Qflp317knTfqA5Hc/bOZBUD3xoZ77j8qfa7yceGk3++8QZXoNcRI+jGeWIx1VnQDdDnIakh1hgawql4KVhGyFvI+o',
      'ukEqHy/9ZCkC8zPg6pnCiqKpqq2X3laB1loKtSYnuKNBzM0JvgSQBXvMoxWjsrGl',
    ].join(''),
  },
};

/**
 * Whether it computes the same results as another implementation of the protocol, and refuses messages that were
 * tampered with.
 */
export function knowsAnswers(crypto: MessageCrypto): boolean {
  const { ige, message } = KNOWN_ANSWERS;
  const [key, iv, plain, cipher] = [ige.key, ige.iv, ige.plain, ige.cipher].map(bytes) as Four;
  const out = Buffer.alloc(plain.length);
  crypto.encryptIge(plain, key, iv, out);
  if (!out.equals(cipher)) return false;
  crypto.decryptIge(cipher, key, iv, out);
  if (!out.equals(plain)) return false;

  const authKey = bytes(message.authKey);
  const packet = bytes(message.encrypted);
  const opened = Buffer.from(packet);
  if (!crypto.openMessage(packet, authKey, 'client', opened.subarray(24))) return false;
  crypto.sealMessage(opened, authKey, 'client');
  if (!opened.equals(packet)) return false;
  packet.writeUInt8(packet.readUInt8(23) ^ 1, 23);
  return !crypto.openMessage(packet, authKey, 'client', opened.subarray(24));
}

type Four = [Buffer, Buffer, Buffer, Buffer];

function bytes(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}
