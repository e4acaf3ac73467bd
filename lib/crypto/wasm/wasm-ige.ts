import { aesTables, decryptionKey } from '../aes-tables.js';
import { jsIge } from '../js-ige.js';
import type { IgeCipher } from '../message-crypto.js';
import { encodeModule } from './encode.js';
import { DATA_BYTES, decryptFunction, LAYOUT, MEMORY_BYTES } from './ige-code.js';

/** The parts of Node's WebAssembly that are used; TypeScript declares it only together with the browser's globals. */
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Offsets in the input: of the first byte, and of the one after the last. */
  readonly decrypt: (at: number, end: number) => void;
}

/**
 * AES-256-IGE whose decryption is WebAssembly, written here instruction by instruction; encryption is left to OpenSSL,
 * which is faster. Throws if there is no WebAssembly.
 */
export function createWasmIge(): IgeCipher {
  const module = new WebAssembly.Module(encodeModule([decryptFunction()], MEMORY_BYTES));
  const { memory, decrypt } = new WebAssembly.Instance(module).exports as Exports;
  const bytes = new Uint8Array(memory.buffer);
  for (const [row, table] of aesTables.decrypt.entries()) {
    new Int32Array(memory.buffer, LAYOUT.tables + 1024 * row, 256).set(table);
  }
  bytes.set(aesTables.inverse, LAYOUT.box);
  const roundKeys = new Int32Array(memory.buffer, LAYOUT.roundKeys, 60);
  return {
    encryptIge: jsIge.encryptIge,
    decryptIge(encrypted, key, iv, out) {
      roundKeys.set(decryptionKey(key));
      bytes.set(iv.subarray(0, 16), LAYOUT.input - 16);
      bytes.set(iv.subarray(16), LAYOUT.output - 16);
      for (let at = 0; at < encrypted.length; at += DATA_BYTES) {
        const piece = encrypted.subarray(at, at + DATA_BYTES);
        bytes.set(piece, LAYOUT.input);
        decrypt(0, piece.length);
        out.set(bytes.subarray(LAYOUT.output, LAYOUT.output + piece.length), at);
        for (const area of [LAYOUT.input, LAYOUT.output]) {
          bytes.copyWithin(area - 16, area + piece.length - 16, area + piece.length);
        }
      }
    },
  };
}
