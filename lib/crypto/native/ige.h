#pragma once
#include "processor.h"

/* AES-256 in IGE mode. Encryption and decryption are one chain: only the rounds differ, and which half of the IV is which. */
enum direction { ENCRYPT, DECRYPT };

/* `state` is what goes into the rounds of the block `current`; `previous` is the block before it, of the input. */
struct ige {
  vec keys[15], state, previous, current;
};

INLINE FOR_AES void aes_expand(const uint8_t key[32], vec keys[15], enum direction direction) {
  uint32_t w[60];
  __builtin_memcpy(w, key, 32);
  for (uint32_t i = 8, round = 1; i < 60; i++) {
    uint32_t x = w[i - 1];
    if (i % 8 == 0) {
      x = aes_sub_word((x >> 8) | (x << 24)) ^ round;
      round <<= 1;
    } else if (i % 8 == 4) {
      x = aes_sub_word(x);
    }
    w[i] = w[i - 8] ^ x;
  }
  for (int i = 0; i < 15; i++) {
    const vec plain = vec_load((const uint8_t *)(w + 4 * (direction == ENCRYPT ? i : 14 - i)));
    keys[i] = direction == ENCRYPT || i == 0 || i == 14 ? plain : aes_inverse_mix(plain);
  }
}

/* Takes the input's first block; `blocks` is at least 1. */
INLINE FOR_AES void ige_begin(struct ige *ige, const uint8_t key[32], const uint8_t iv[32], const uint8_t *in, enum direction direction) {
  aes_expand(key, ige->keys, direction);
  const vec outside = vec_load(direction == ENCRYPT ? iv : iv + 16);
  ige->previous = vec_load(direction == ENCRYPT ? iv + 16 : iv);
  ige->current = vec_load(in);
  ige->state = vec_xor(vec_xor(ige->current, outside), aes_whitening(ige->keys));
}

/* One block, when the input's next is known; zero after the last. */
INLINE FOR_AES void ige_step(struct ige *ige, vec next, uint8_t *out, enum direction direction) {
  const vec mix = vec_xor(vec_xor(ige->previous, next), aes_folded(ige->keys));
  ige->state = direction == ENCRYPT ? aes_encrypt_rounds(ige->state, ige->keys, mix)
                                    : aes_decrypt_rounds(ige->state, ige->keys, mix);
  vec_store(out, vec_xor(vec_xor(ige->state, next), aes_whitening(ige->keys)));
  ige->previous = ige->current;
  ige->current = next;
}

/* `count` bytes, all of which have a block of input behind them. */
INLINE FOR_AES void ige_run(struct ige *ige, const uint8_t *in, uint8_t *out, size_t count, enum direction direction) {
  for (size_t at = 0; at < count; at += 16) ige_step(ige, vec_load(in + at + 16), out + at, direction);
}

/* The input's last `count` bytes, at least one block. */
INLINE FOR_AES void ige_end(struct ige *ige, const uint8_t *in, uint8_t *out, size_t count, enum direction direction) {
  ige_run(ige, in, out, count - 16, direction);
  ige_step(ige, vec_zero(), out + count - 16, direction);
}

static FOR_AES void ige_encrypt(const uint8_t *in, size_t count, const uint8_t key[32], const uint8_t iv[32], uint8_t *out) {
  struct ige ige;
  if (count == 0) return;
  ige_begin(&ige, key, iv, in, ENCRYPT);
  ige_end(&ige, in, out, count, ENCRYPT);
}

static FOR_AES void ige_decrypt(const uint8_t *in, size_t count, const uint8_t key[32], const uint8_t iv[32], uint8_t *out) {
  struct ige ige;
  if (count == 0) return;
  ige_begin(&ige, key, iv, in, DECRYPT);
  ige_end(&ige, in, out, count, DECRYPT);
}
