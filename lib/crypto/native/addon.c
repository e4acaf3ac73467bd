#define NAPI_VERSION 8
#include <node_api.h>
#include <stdbool.h>
#include "message.h"

/* Counted up when what the addon offers changes, so that one from an older build isn't taken for a new one. */
#define INTERFACE_NUMBER 1

struct bytes {
  uint8_t *at;
  size_t count;
};

/* The first `needed` arguments. False: an error was thrown. */
static bool arguments(napi_env env, napi_callback_info info, struct bytes *out, size_t needed) {
  napi_value values[5];
  size_t given = 5;
  if (napi_get_cb_info(env, info, &given, values, NULL, NULL) != napi_ok) return false;
  for (size_t i = 0; i < needed; i++) {
    if (i >= given || napi_get_buffer_info(env, values[i], (void **)&out[i].at, &out[i].count) != napi_ok) {
      napi_throw_type_error(env, NULL, "Buffers are needed.");
      return false;
    }
  }
  return true;
}

static napi_value refused(napi_env env) {
  napi_throw_range_error(env, NULL, "A buffer has the wrong length.");
  return NULL;
}

static napi_value ige(napi_env env, napi_callback_info info, enum direction direction) {
  struct bytes arg[4];
  if (!arguments(env, info, arg, 4)) return NULL;
  const struct bytes in = arg[0], key = arg[1], iv = arg[2], out = arg[3];
  if (in.count % 16 != 0 || key.count != 32 || iv.count != 32 || out.count != in.count) return refused(env);
  (direction == ENCRYPT ? ige_encrypt : ige_decrypt)(in.at, in.count, key.at, iv.at, out.at);
  return NULL;
}

/* encryptIge(plain, key, iv, out) */
static napi_value encrypt_ige(napi_env env, napi_callback_info info) { return ige(env, info, ENCRYPT); }

/* decryptIge(encrypted, key, iv, out) */
static napi_value decrypt_ige(napi_env env, napi_callback_info info) { return ige(env, info, DECRYPT); }

static bool is_message(struct bytes packet, struct bytes auth_key) {
  return packet.count >= HEAD_BYTES && (packet.count - HEAD_BYTES) % 16 == 0 && auth_key.count == AUTH_KEY_BYTES;
}

static napi_value seal(napi_env env, napi_callback_info info, unsigned x) {
  struct bytes arg[2];
  if (!arguments(env, info, arg, 2)) return NULL;
  if (!is_message(arg[0], arg[1])) return refused(env);
  message_seal(arg[0].at, arg[0].count, arg[1].at, x);
  return NULL;
}

/* sealFromClient(packet, authKey) */
static napi_value seal_from_client(napi_env env, napi_callback_info info) { return seal(env, info, 0); }

/* sealFromServer(packet, authKey) */
static napi_value seal_from_server(napi_env env, napi_callback_info info) { return seal(env, info, 8); }

static napi_value open_packet(napi_env env, napi_callback_info info, unsigned x) {
  struct bytes arg[4];
  napi_value answer;
  if (!arguments(env, info, arg, 4)) return NULL;
  const struct bytes packet = arg[0], plain = arg[2], digest = arg[3];
  if (!is_message(packet, arg[1]) || plain.count != packet.count - HEAD_BYTES || digest.count != 32) return refused(env);
  const bool holds = message_open(packet.at, packet.count, arg[1].at, x, plain.at, digest.at);
  return napi_get_boolean(env, holds, &answer) == napi_ok ? answer : NULL;
}

/* openFromClient(packet, authKey, plain, digest): boolean */
static napi_value open_from_client(napi_env env, napi_callback_info info) { return open_packet(env, info, 0); }

/* openFromServer(packet, authKey, plain, digest): boolean */
static napi_value open_from_server(napi_env env, napi_callback_info info) { return open_packet(env, info, 8); }

static bool has_function(napi_env env, napi_value exports, const char *name, napi_callback function) {
  napi_value value;
  return napi_create_function(env, name, NAPI_AUTO_LENGTH, function, NULL, &value) == napi_ok &&
         napi_set_named_property(env, exports, name, value) == napi_ok;
}

static bool has_text(napi_env env, napi_value exports, const char *name, const char *text) {
  napi_value value;
  return napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value) == napi_ok &&
         napi_set_named_property(env, exports, name, value) == napi_ok;
}

/*
 * interfaceNumber; aes and sha, the names of the processor's instructions, empty where it has none. Only functions
 * that this processor can run are there.
 */
NAPI_MODULE_INIT() {
  const bool aes = processor_has_aes(), sha = aes && processor_has_sha();
  napi_value number;
  bool done = napi_create_uint32(env, INTERFACE_NUMBER, &number) == napi_ok &&
              napi_set_named_property(env, exports, "interfaceNumber", number) == napi_ok &&
              has_text(env, exports, "aes", aes ? AES_NAME : "") && has_text(env, exports, "sha", sha ? SHA_NAME : "");
  if (aes) {
    done = done && has_function(env, exports, "encryptIge", encrypt_ige) &&
           has_function(env, exports, "decryptIge", decrypt_ige);
  }
  if (sha) {
    done = done && has_function(env, exports, "sealFromClient", seal_from_client) &&
           has_function(env, exports, "sealFromServer", seal_from_server) &&
           has_function(env, exports, "openFromClient", open_from_client) &&
           has_function(env, exports, "openFromServer", open_from_server);
  }
  return done ? exports : NULL;
}
