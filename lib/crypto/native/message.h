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

/* msg_key_large of a plaintext, under way: `rest` and `left` are what hasn't been hashed. */
struct hashing {
  sha_state state;
  const uint8_t *rest;
  size_t left;
  uint64_t total;
};

/* The hash begins with 32 bytes of the auth key: they fill a block with the first 32 of `plain`, at least as long. */
INLINE FOR_SHA void hash_begin(struct hashing *hash, const uint8_t *auth_key, unsigned x, const uint8_t *plain, size_t count) {
  uint8_t first[64];
  memcpy(first, auth_key + 88 + x, 32);
  memcpy(first + 32, plain, 32);
  hash->state = sha_begin(SHA_H);
  hash->rest = plain + 32;
  hash->left = count - 32;
  hash->total = 32 + count;
  sha_block(&hash->state, first, SHA_K);
}

INLINE FOR_SHA void hash_step(struct hashing *hash) {
  sha_block(&hash->state, hash->rest, SHA_K);
  hash->rest += 64;
  hash->left -= 64;
}

INLINE FOR_SHA void hash_end(struct hashing *hash, uint8_t digest[32]) {
  while (hash->left >= 64) hash_step(hash);
  sha_end(&hash->state, hash->rest, hash->left, hash->total, digest);
}

/*
 * One message. Its packet has `count` bytes behind the head, and `digest` gets msg_key_large. Functions take copies of
 * it, and their state is their own: what the compiler knows nobody else to point to stays in registers.
 */
struct message {
  uint8_t *packet, *plain;
  size_t count;
  const uint8_t *auth_key;
  unsigned x;
  uint8_t *digest;
};

/* `done` bytes are decrypted or encrypted. */
struct work {
  struct ige ige;
  struct hashing hash;
  size_t done;
};

/* Messages shorter than this aren't worth the weaving. */
#define WOVEN_BYTES 256

static FOR_SHA void short_digest(struct message message) {
  uint8_t all[32 + WOVEN_BYTES];
  sha_state state = sha_begin(SHA_H);
  const size_t total = 32 + message.count;
  size_t at = 0;
  memcpy(all, message.auth_key + 88 + message.x, 32);
  memcpy(all + 32, message.plain, message.count);
  for (; at + 64 <= total; at += 64) sha_block(&state, all + at, SHA_K);
  sha_end(&state, all + at, total - at, total, message.digest);
}

/* The second half of sealing: msg_key is known, `plain` is encrypted in place. */
INLINE FOR_SHA void encrypt_begin(struct message message, struct work *work) {
  uint8_t key[32], iv[32];
  memcpy(message.packet + 8, message.digest + 8, 16);
  message_keys(message.auth_key, message.packet + 8, message.x, key, iv);
  work->done = 0;
  if (message.count > 0) ige_begin(&work->ige, key, iv, message.plain, ENCRYPT);
}

INLINE FOR_SHA void encrypt_step(struct message message, struct work *work) {
  uint8_t *at = message.plain + work->done;
  ige_step(&work->ige, vec_load(at + 16), at, ENCRYPT);
  work->done += 16;
}

INLINE FOR_SHA void encrypt_end(struct message message, struct work *work) {
  uint8_t *at = message.plain + work->done;
  if (message.count > 0) ige_end(&work->ige, at, at, message.count - work->done, ENCRYPT);
}

/* In place: `plain` is the packet's own. */
static FOR_SHA void message_seal(struct message message) {
  struct work work;
  if (message.count < WOVEN_BYTES) {
    short_digest(message);
  } else {
    hash_begin(&work.hash, message.auth_key, message.x, message.plain, message.count);
    hash_end(&work.hash, message.digest);
  }
  encrypt_begin(message, &work);
  encrypt_end(message, &work);
}

/*
 * Two messages, of which neither waits for the other: AES and SHA-256 are chains in which each instruction waits for
 * the one before, so that a second chain costs little.
 */
static FOR_SHA void message_seal_two(struct message a, struct message b) {
  struct work one, other;
  if (a.count < WOVEN_BYTES || b.count < WOVEN_BYTES) {
    message_seal(a);
    message_seal(b);
    return;
  }
  hash_begin(&one.hash, a.auth_key, a.x, a.plain, a.count);
  hash_begin(&other.hash, b.auth_key, b.x, b.plain, b.count);
  while (one.hash.left >= 64 && other.hash.left >= 64) {
    hash_step(&one.hash);
    hash_step(&other.hash);
  }
  hash_end(&one.hash, a.digest);
  hash_end(&other.hash, b.digest);
  encrypt_begin(a, &one);
  encrypt_begin(b, &other);
  const size_t both = (a.count < b.count ? a.count : b.count) - 16;
  while (one.done < both) {
    encrypt_step(a, &one);
    encrypt_step(b, &other);
  }
  encrypt_end(a, &one);
  encrypt_end(b, &other);
}

INLINE FOR_SHA void decrypt_begin(struct message message, struct work *work) {
  uint8_t key[32], iv[32];
  message_keys(message.auth_key, message.packet + 8, message.x, key, iv);
  work->done = 0;
  if (message.count > 0) ige_begin(&work->ige, key, iv, message.packet + HEAD_BYTES, DECRYPT);
}

INLINE FOR_SHA void decrypt_step(struct message message, struct work *work) {
  const uint8_t *next = message.packet + HEAD_BYTES + work->done + 16;
  ige_step(&work->ige, vec_load(next), message.plain + work->done, DECRYPT);
  work->done += 16;
}

/* Until the hash has begun and its next step is ready. */
INLINE FOR_SHA void open_begin(struct message message, struct work *work) {
  decrypt_begin(message, work);
  while (work->done < 96) decrypt_step(message, work);
  hash_begin(&work->hash, message.auth_key, message.x, message.plain, message.count);
}

/* The rest, and whether msg_key is the plaintext's: the time it takes doesn't depend on where it differs. */
INLINE FOR_SHA int open_end(struct message message, struct work *work, const uint8_t msg_key[16]) {
  uint8_t difference = 0;
  const size_t at = work->done;
  if (message.count > 0)
    ige_end(&work->ige, message.packet + HEAD_BYTES + at, message.plain + at, message.count - at, DECRYPT);
  if (message.count < WOVEN_BYTES) short_digest(message);
  else hash_end(&work->hash, message.digest);
  for (int i = 0; i < 16; i++) difference |= (uint8_t)(message.digest[8 + i] ^ msg_key[i]);
  return difference == 0;
}

/* Decrypts 64 bytes while the 64 before them are hashed, which depends on none of it. */
static FOR_SHA int message_open(struct message message) {
  struct work work;
  uint8_t msg_key[16];
  memcpy(msg_key, message.packet + 8, 16);
  if (message.count < WOVEN_BYTES) {
    decrypt_begin(message, &work);
    return open_end(message, &work, msg_key);
  }
  open_begin(message, &work);
  while (work.done + 64 < message.count) {
    for (int i = 0; i < 4; i++) decrypt_step(message, &work);
    hash_step(&work.hash);
  }
  return open_end(message, &work, msg_key);
}

/* As message_seal_two. The answer has bit 0 for `a`, bit 1 for `b`. */
static FOR_SHA int message_open_two(struct message a, struct message b) {
  struct work one, other;
  uint8_t a_key[16], b_key[16];
  if (a.count < WOVEN_BYTES || b.count < WOVEN_BYTES) {
    const int a_holds = message_open(a);
    return a_holds | message_open(b) << 1;
  }
  memcpy(a_key, a.packet + 8, 16);
  memcpy(b_key, b.packet + 8, 16);
  open_begin(a, &one);
  open_begin(b, &other);
  const size_t both = a.count < b.count ? a.count : b.count;
  while (one.done + 64 < both) {
    for (int i = 0; i < 4; i++) {
      decrypt_step(a, &one);
      decrypt_step(b, &other);
    }
    hash_step(&one.hash);
    hash_step(&other.hash);
  }
  const int a_holds = open_end(a, &one, a_key);
  return a_holds | open_end(b, &other, b_key) << 1;
}
