#define NAPI_VERSION 8
#include <node_api.h>
#include <stdbool.h>
#include "message.h"

/* Counted up when what the addon offers changes, so that one from an older build isn't taken for a new one. */
#define INTERFACE_NUMBER 2

#define MOST_ARGUMENTS 8

struct bytes {
  uint8_t *at;
  size_t count;
};

/* The first `needed` arguments. False: an error was thrown. */
static bool arguments(napi_env env, napi_callback_info info, struct bytes *out, size_t needed) {
  napi_value values[MOST_ARGUMENTS];
  size_t given = MOST_ARGUMENTS;
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

/* A message of the arguments packet, auth key, plain, digest. False: a length is wrong. */
static bool is_message(const struct bytes *arg, unsigned x, struct message *message) {
  const struct bytes packet = arg[0], auth_key = arg[1], plain = arg[2], digest = arg[3];
  if (packet.count < HEAD_BYTES || (packet.count - HEAD_BYTES) % 16 != 0) return false;
  message->packet = packet.at;
  message->plain = plain.at;
  message->count = packet.count - HEAD_BYTES;
  message->auth_key = auth_key.at;
  message->digest = digest.at;
  message->x = x;
  return auth_key.count == AUTH_KEY_BYTES && plain.count == message->count && digest.count == 32;
}

/* Sealing is in place, and nobody asks for the digest. */
static bool is_to_seal(const struct bytes *arg, unsigned x, struct message *message, uint8_t digest[32]) {
  const struct bytes plain = {arg[0].at + HEAD_BYTES, arg[0].count - HEAD_BYTES};
  const struct bytes all[4] = {arg[0], arg[1], plain, {digest, 32}};
  return is_message(all, x, message);
}

static napi_value seal(napi_env env, napi_callback_info info, unsigned x) {
  struct bytes arg[2];
  struct message message;
  uint8_t digest[32];
  if (!arguments(env, info, arg, 2)) return NULL;
  if (!is_to_seal(arg, x, &message, digest)) return refused(env);
  message_seal(message);
  return NULL;
}

static napi_value seal_two(napi_env env, napi_callback_info info, unsigned x) {
  struct bytes arg[4];
  struct message a, b;
  uint8_t a_digest[32], b_digest[32];
  if (!arguments(env, info, arg, 4)) return NULL;
  if (!is_to_seal(arg, x, &a, a_digest) || !is_to_seal(arg + 2, x, &b, b_digest)) return refused(env);
  message_seal_two(a, b);
  return NULL;
}

static napi_value open_one(napi_env env, napi_callback_info info, unsigned x) {
  struct bytes arg[4];
  struct message message;
  napi_value answer;
  if (!arguments(env, info, arg, 4)) return NULL;
  if (!is_message(arg, x, &message)) return refused(env);
  return napi_get_boolean(env, message_open(message), &answer) == napi_ok ? answer : NULL;
}

static napi_value open_two(napi_env env, napi_callback_info info, unsigned x) {
  struct bytes arg[8];
  struct message a, b;
  napi_value answer;
  if (!arguments(env, info, arg, 8)) return NULL;
  if (!is_message(arg, x, &a) || !is_message(arg + 4, x, &b)) return refused(env);
  return napi_create_int32(env, message_open_two(a, b), &answer) == napi_ok ? answer : NULL;
}

#define CLIENT 0
#define SERVER 8
#define OF_SENDER(function, name, sender) \
  static napi_value name(napi_env env, napi_callback_info info) { return function(env, info, sender); }

/* (packet, authKey) */
OF_SENDER(seal, seal_from_client, CLIENT)
OF_SENDER(seal, seal_from_server, SERVER)
/* (packet, authKey, packet, authKey) */
OF_SENDER(seal_two, seal_two_from_client, CLIENT)
OF_SENDER(seal_two, seal_two_from_server, SERVER)
/* (packet, authKey, plain, digest): boolean */
OF_SENDER(open_one, open_from_client, CLIENT)
OF_SENDER(open_one, open_from_server, SERVER)
/* (packet, authKey, plain, digest, packet, authKey, plain, digest): bit 0 for the first, bit 1 for the second */
OF_SENDER(open_two, open_two_from_client, CLIENT)
OF_SENDER(open_two, open_two_from_server, SERVER)

static bool has_function(napi_env env, napi_value object, const char *name, napi_callback function) {
  napi_value value;
  return napi_create_function(env, name, NAPI_AUTO_LENGTH, function, NULL, &value) == napi_ok &&
         napi_set_named_property(env, object, name, value) == napi_ok;
}

static bool has_text(napi_env env, napi_value exports, const char *name, const char *text) {
  napi_value value;
  return napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value) == napi_ok &&
         napi_set_named_property(env, exports, name, value) == napi_ok;
}

static bool has_sender(napi_env env, napi_value exports, const char *name, const napi_callback functions[4]) {
  napi_value object;
  return napi_create_object(env, &object) == napi_ok && has_function(env, object, "seal", functions[0]) &&
         has_function(env, object, "sealTwo", functions[1]) && has_function(env, object, "open", functions[2]) &&
         has_function(env, object, "openTwo", functions[3]) &&
         napi_set_named_property(env, exports, name, object) == napi_ok;
}

/*
 * interfaceNumber; aes and sha, the names of the processor's instructions, empty where it has none. Only functions
 * that this processor can run are there.
 */
NAPI_MODULE_INIT() {
  const bool aes = processor_has_aes(), sha = aes && processor_has_sha();
  const napi_callback client[4] = {seal_from_client, seal_two_from_client, open_from_client, open_two_from_client};
  const napi_callback server[4] = {seal_from_server, seal_two_from_server, open_from_server, open_two_from_server};
  napi_value number;
  bool done = napi_create_uint32(env, INTERFACE_NUMBER, &number) == napi_ok &&
              napi_set_named_property(env, exports, "interfaceNumber", number) == napi_ok &&
              has_text(env, exports, "aes", aes ? AES_NAME : "") && has_text(env, exports, "sha", sha ? SHA_NAME : "");
  if (aes) {
    done = done && has_function(env, exports, "encryptIge", encrypt_ige) &&
           has_function(env, exports, "decryptIge", decrypt_ige);
  }
  if (sha) done = done && has_sender(env, exports, "client", client) && has_sender(env, exports, "server", server);
  return done ? exports : NULL;
}
