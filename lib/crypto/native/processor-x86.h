#pragma once
#include <cpuid.h>
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

/* AES and SHA-256 by the instructions of x86-64: AES-NI, SHA-NI. The processor is asked before any of them runs. */
#define FOR_AES __attribute__((target("sse4.1,aes")))
#define FOR_SHA __attribute__((target("sse4.1,aes,sha")))
#define INLINE static inline __attribute__((always_inline))

static const char *const AES_NAME = "AES-NI";
static const char *const SHA_NAME = "SHA-NI";

/* Leaf 1, ECX: bit 25 AES, bit 19 SSE4.1. */
static int processor_has_aes(void) {
  unsigned a, b, c, d;
  return __get_cpuid(1, &a, &b, &c, &d) && (c >> 25 & 1) && (c >> 19 & 1);
}

/* Leaf 7, EBX: bit 29 SHA. */
static int processor_has_sha(void) {
  unsigned a, b, c, d;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 29 & 1);
}

typedef __m128i vec;

INLINE FOR_AES vec vec_load(const uint8_t *at) { return _mm_loadu_si128((const __m128i *)at); }
INLINE FOR_AES void vec_store(uint8_t *at, vec value) { _mm_storeu_si128((__m128i *)at, value); }
INLINE FOR_AES vec vec_xor(vec a, vec b) { return _mm_xor_si128(a, b); }
INLINE FOR_AES vec vec_zero(void) { return _mm_setzero_si128(); }

/* The S-box on each byte of a word: all columns are the same, so that ShiftRows changes nothing. */
INLINE FOR_AES uint32_t aes_sub_word(uint32_t word) {
  return (uint32_t)_mm_cvtsi128_si32(_mm_aesenclast_si128(_mm_set1_epi32((int)word), _mm_setzero_si128()));
}

INLINE FOR_AES vec aes_inverse_mix(vec key) { return _mm_aesimc_si128(key); }

/*
 * What goes into a block's first round carries the first round key already, and the last round mixes in whatever the
 * next block's first round needs: so nothing but the rounds is on the chain from one block to the next.
 */
INLINE FOR_AES vec aes_whitening(const vec keys[15]) { return keys[0]; }
INLINE FOR_AES vec aes_folded(const vec keys[15]) { return _mm_xor_si128(keys[0], keys[14]); }

INLINE FOR_AES vec aes_encrypt_rounds(vec state, const vec keys[15], vec mix) {
#pragma GCC unroll 13
  for (int i = 1; i < 14; i++) state = _mm_aesenc_si128(state, keys[i]);
  return _mm_aesenclast_si128(state, mix);
}

INLINE FOR_AES vec aes_decrypt_rounds(vec state, const vec keys[15], vec mix) {
#pragma GCC unroll 13
  for (int i = 1; i < 14; i++) state = _mm_aesdec_si128(state, keys[i]);
  return _mm_aesdeclast_si128(state, mix);
}

/* The words a b e f and c d g h, the first of them highest, as sha256rnds2 takes them. */
typedef struct {
  vec abef, cdgh;
} sha_state;

INLINE FOR_SHA sha_state sha_begin(const uint32_t h[8]) {
  sha_state state = {
    _mm_set_epi32((int)h[0], (int)h[1], (int)h[4], (int)h[5]),
    _mm_set_epi32((int)h[2], (int)h[3], (int)h[6], (int)h[7]),
  };
  return state;
}

INLINE FOR_SHA void sha_block(sha_state *state, const uint8_t *block, const uint32_t k[64]) {
  const vec bytes = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
  vec w[4], abef = state->abef, cdgh = state->cdgh;
#pragma GCC unroll 16
  for (int i = 0; i < 16; i++) {
    if (i < 4) {
      w[i] = _mm_shuffle_epi8(vec_load(block + 16 * i), bytes);
    } else {
      const vec last = w[(i + 3) & 3];
      const vec shifted = _mm_alignr_epi8(last, w[(i + 2) & 3], 4);
      w[i & 3] = _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(w[i & 3], w[(i + 1) & 3]), shifted), last);
    }
    const vec sum = _mm_add_epi32(w[i & 3], vec_load((const uint8_t *)(k + 4 * i)));
    cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
    abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
  }
  state->abef = _mm_add_epi32(state->abef, abef);
  state->cdgh = _mm_add_epi32(state->cdgh, cdgh);
}

INLINE FOR_SHA void sha_digest(const sha_state *state, uint8_t digest[32]) {
  const vec bytes = _mm_set_epi64x(0x0001020304050607LL, 0x08090a0b0c0d0e0fLL);
  const vec abef = _mm_shuffle_epi8(state->abef, bytes), cdgh = _mm_shuffle_epi8(state->cdgh, bytes);
  vec_store(digest, _mm_unpacklo_epi64(abef, cdgh));
  vec_store(digest + 16, _mm_unpackhi_epi64(abef, cdgh));
}
