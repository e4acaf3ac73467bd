#pragma once
#include "ige.h"
#include <string.h>

/* Messages of MTProto 2.0: auth_key_id (8 bytes), msg_key (16), then AES-256-IGE over the plaintext. */
#define HEAD_BYTES 24
#define AUTH_KEY_BYTES 256

/* FIPS 180-4, 4.2.2 and 5.3.3. */
static const uint32_t SHA_K[64] = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};
static const uint32_t SHA_H[8] = {
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

/* The last bytes of what is hashed, fewer than a block; `total` is the length of all. */
INLINE FOR_SHA void sha_end(sha_state *state, const uint8_t *rest, size_t count, uint64_t total, uint8_t digest[32]) {
  uint8_t last[128] = {0};
  const size_t blocks = count + 9 <= 64 ? 64 : 128;
  const uint64_t bits = __builtin_bswap64(total * 8);
  memcpy(last, rest, count);
  last[count] = 0x80;
  memcpy(last + blocks - 8, &bits, 8);
  sha_block(state, last, SHA_K);
  if (blocks == 128) sha_block(state, last + 64, SHA_K);
  sha_digest(state, digest);
}

static FOR_SHA void sha_short(const uint8_t *a, size_t a_count, const uint8_t *b, size_t b_count, uint8_t digest[32]) {
  uint8_t both[64];
  sha_state state = sha_begin(SHA_H);
  memcpy(both, a, a_count);
  memcpy(both + a_count, b, b_count);
  sha_end(&state, both, a_count + b_count, a_count + b_count, digest);
}

/* AES key and IV; x is 0 for a client's message, 8 for a server's. */
static FOR_SHA void message_keys(const uint8_t *auth_key, const uint8_t *msg_key, unsigned x, uint8_t key[32], uint8_t iv[32]) {
  uint8_t a[32], b[32];
  sha_short(msg_key, 16, auth_key + x, 36, a);
  sha_short(auth_key + 40 + x, 36, msg_key, 16, b);
  memcpy(key, a, 8), memcpy(key + 8, b + 8, 16), memcpy(key + 24, a + 24, 8);
  memcpy(iv, b, 8), memcpy(iv + 8, a + 8, 16), memcpy(iv + 24, b + 24, 8);
}

/* msg_key_large of a plaintext; `count` is a multiple of 16. */
static FOR_SHA void message_digest(const uint8_t *auth_key, unsigned x, const uint8_t *plain, size_t count, uint8_t digest[32]) {
  uint8_t first[64];
  sha_state state = sha_begin(SHA_H);
  const size_t joined = count < 32 ? count : 32;
  size_t at = joined;
  memcpy(first, auth_key + 88 + x, 32);
  memcpy(first + 32, plain, joined);
  if (joined < 32) {
    sha_end(&state, first, 32 + joined, 32 + joined, digest);
    return;
  }
  sha_block(&state, first, SHA_K);
  for (; at + 64 <= count; at += 64) sha_block(&state, plain + at, SHA_K);
  sha_end(&state, plain + at, count - at, 32 + count, digest);
}

/*
 * Decrypts and hashes in one pass. AES waits for each block before the next, and so has room for the hash of the 64
 * bytes before, which depends on none of it. `count` is a multiple of 16.
 */
static FOR_SHA void decrypt_and_digest(const uint8_t *in, size_t count, const uint8_t key[32], const uint8_t iv[32],
                                       const uint8_t *auth_key, unsigned x, uint8_t *plain, uint8_t digest[32]) {
  if (count <= 96) {
    ige_decrypt(in, count, key, iv, plain);
    message_digest(auth_key, x, plain, count, digest);
    return;
  }
  struct ige ige;
  uint8_t first[64];
  sha_state state = sha_begin(SHA_H);
  ige_begin(&ige, key, iv, in, DECRYPT);
  ige_run(&ige, in, plain, 32, DECRYPT);
  memcpy(first, auth_key + 88 + x, 32);
  memcpy(first + 32, plain, 32);
  const uint8_t *ready = first;
  size_t at = 32;
  for (; at + 64 < count; at += 64) {
    ige_run(&ige, in + at, plain + at, 64, DECRYPT);
    sha_block(&state, ready, SHA_K);
    ready = plain + at;
  }
  ige_end(&ige, in + at, plain + at, count - at, DECRYPT);
  sha_block(&state, ready, SHA_K);
  if (count - at == 64) {
    sha_block(&state, plain + at, SHA_K);
    at += 64;
  }
  sha_end(&state, plain + at, count - at, 32 + count, digest);
}

/* In place: `packet` holds the plaintext from byte 24 on. */
static FOR_SHA void message_seal(uint8_t *packet, size_t packet_bytes, const uint8_t *auth_key, unsigned x) {
  uint8_t digest[32], key[32], iv[32];
  const size_t count = packet_bytes - HEAD_BYTES;
  message_digest(auth_key, x, packet + HEAD_BYTES, count, digest);
  memcpy(packet + 8, digest + 8, 16);
  message_keys(auth_key, packet + 8, x, key, iv);
  ige_encrypt(packet + HEAD_BYTES, count, key, iv, packet + HEAD_BYTES);
}

/* Whether msg_key is the plaintext's. The time it takes doesn't depend on where it differs. */
static FOR_SHA int message_open(const uint8_t *packet, size_t packet_bytes, const uint8_t *auth_key, unsigned x,
                                uint8_t *plain, uint8_t digest[32]) {
  uint8_t key[32], iv[32], msg_key[16], difference = 0;
  memcpy(msg_key, packet + 8, 16);
  message_keys(auth_key, msg_key, x, key, iv);
  decrypt_and_digest(packet + HEAD_BYTES, packet_bytes - HEAD_BYTES, key, iv, auth_key, x, plain, digest);
  for (int i = 0; i < 16; i++) difference |= (uint8_t)(digest[8 + i] ^ msg_key[i]);
  return difference == 0;
}
