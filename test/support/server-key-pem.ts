import { generateKeyPairSync } from 'node:crypto';

/** A fresh RSA key for a sandbox, in PEM (PKCS#8). */
export function serverKeyPem(): string {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey;
}
