#pragma once
#include <arm_neon.h>
#include <stddef.h>
#include <stdint.h>

/* AES and SHA-256 by the Cryptographic Extension of ARMv8. The processor is asked before any of it runs. */
#if defined(__clang__)
#define FOR_AES __attribute__((target("aes")))
#define FOR_SHA __attribute__((target("aes,sha2")))
#else
#define FOR_AES __attribute__((target("+crypto")))
#define FOR_SHA __attribute__((target("+crypto")))
#endif
#define INLINE static inline __attribute__((always_inline))

static const char *const AES_NAME = "ARMv8 AES";
static const char *const SHA_NAME = "ARMv8 SHA";

#if defined(__APPLE__)
/* Every processor of Apple's that runs Node has both. */
static int processor_has_aes(void) { return 1; }
static int processor_has_sha(void) { return 1; }
#elif defined(__linux__)
#include <sys/auxv.h>
static int processor_has_aes(void) { return (getauxval(AT_HWCAP) >> 3) & 1; }
static int processor_has_sha(void) { return (getauxval(AT_HWCAP) >> 6) & 1; }
#else
static int processor_has_aes(void) { return 0; }
static int processor_has_sha(void) { return 0; }
#endif

typedef uint8x16_t vec;

INLINE FOR_AES vec vec_load(const uint8_t *at) { return vld1q_u8(at); }
INLINE FOR_AES void vec_store(uint8_t *at, vec value) { vst1q_u8(at, value); }
INLINE FOR_AES vec vec_xor(vec a, vec b) { return veorq_u8(a, b); }
INLINE FOR_AES vec vec_zero(void) { return vdupq_n_u8(0); }

/* The S-box on each byte of a word: all columns are the same, so that ShiftRows changes nothing. */
INLINE FOR_AES uint32_t aes_sub_word(uint32_t word) {
  return vgetq_lane_u32(vreinterpretq_u32_u8(vaeseq_u8(vreinterpretq_u8_u32(vdupq_n_u32(word)), vdupq_n_u8(0))), 0);
}

INLINE FOR_AES vec aes_inverse_mix(vec key) { return vaesimcq_u8(key); }

/* A round of ARM begins with its key, so a block carries none in, and only the last key joins what is mixed in. */
INLINE FOR_AES vec aes_whitening(const vec keys[15]) { return (void)keys, vdupq_n_u8(0); }
INLINE FOR_AES vec aes_folded(const vec keys[15]) { return keys[14]; }

INLINE FOR_AES vec aes_encrypt_rounds(vec state, const vec keys[15], vec mix) {
#pragma GCC unroll 13
  for (int i = 0; i < 13; i++) state = vaesmcq_u8(vaeseq_u8(state, keys[i]));
  return veorq_u8(vaeseq_u8(state, keys[13]), mix);
}

INLINE FOR_AES vec aes_decrypt_rounds(vec state, const vec keys[15], vec mix) {
#pragma GCC unroll 13
  for (int i = 0; i < 13; i++) state = vaesimcq_u8(vaesdq_u8(state, keys[i]));
  return veorq_u8(vaesdq_u8(state, keys[13]), mix);
}

typedef struct {
  uint32x4_t abcd, efgh;
} sha_state;

INLINE FOR_SHA sha_state sha_begin(const uint32_t h[8]) {
  sha_state state = {vld1q_u32(h), vld1q_u32(h + 4)};
  return state;
}

INLINE FOR_SHA void sha_block(sha_state *state, const uint8_t *block, const uint32_t k[64]) {
  uint32x4_t w[4], abcd = state->abcd, efgh = state->efgh;
#pragma GCC unroll 16
  for (int i = 0; i < 16; i++) {
    if (i < 4) {
      w[i] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(block + 16 * i)));
    } else {
      w[i & 3] = vsha256su1q_u32(vsha256su0q_u32(w[i & 3], w[(i + 1) & 3]), w[(i + 2) & 3], w[(i + 3) & 3]);
    }
    const uint32x4_t sum = vaddq_u32(w[i & 3], vld1q_u32(k + 4 * i)), before = abcd;
    abcd = vsha256hq_u32(abcd, efgh, sum);
    efgh = vsha256h2q_u32(efgh, before, sum);
  }
  state->abcd = vaddq_u32(state->abcd, abcd);
  state->efgh = vaddq_u32(state->efgh, efgh);
}

INLINE FOR_SHA void sha_digest(const sha_state *state, uint8_t digest[32]) {
  vst1q_u8(digest, vrev32q_u8(vreinterpretq_u8_u32(state->abcd)));
  vst1q_u8(digest + 16, vrev32q_u8(vreinterpretq_u8_u32(state->efgh)));
}
