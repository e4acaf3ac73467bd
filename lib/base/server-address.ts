/** An MTProto server: the address of one of its DCs, and the key that proves it. */
export interface ServerAddress {
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  readonly dcId: number;
  /** PKCS#1 or SPKI. */
  readonly publicKeyPem: string;
}
