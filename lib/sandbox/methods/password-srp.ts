import { Api } from 'telegram/tl/index.js';
import { GENERATOR, PRIME } from '../prime.js';
import { type Caller, RpcError } from '../rpc.js';
import { fromLong, toLong } from '../tl.js';
import type { Account } from '../world/model.js';
import { challenge, proves } from '../world/srp.js';
import { authorization } from './auth.js';
import { badRequest, type MethodContext, type MethodGroup } from './context.js';
import { present } from './present.js';

/** Two-step verification: account.getPassword sends an SRP challenge, auth.checkPassword takes the proof. */
export function passwordMethods(context: MethodContext): MethodGroup {
  return {
    open: {
      'account.GetPassword': (_request: Api.account.GetPassword, caller) => getPassword(context, caller),
      'auth.CheckPassword': (request: Api.auth.CheckPassword, caller) =>
        checkPassword(context, request.password, caller),
    },
  };
}

function getPassword(context: MethodContext, caller: Caller): Api.account.Password {
  const { password, id } = ownerOf(context, caller);
  const question = password && challenge(password, context.random);
  if (question) context.logins.ask(caller.key, id, question);
  return new Api.account.Password(
    present({
      hasPassword: password !== undefined,
      currentAlgo: password && algorithm(password.salt1, password.salt2),
      srp_B: question?.B,
      srpId: question && toLong(question.srpId),
      hint: password?.hint || undefined,
      newAlgo: algorithm(context.random.bytes(8), context.random.bytes(16)),
      newSecureAlgo: new Api.SecurePasswordKdfAlgoPBKDF2HMACSHA512iter100000({
        salt: context.random.bytes(8),
      }),
      secureRandom: context.random.bytes(256),
    }),
  );
}

function algorithm(salt1: Buffer, salt2: Buffer): Api.TypePasswordKdfAlgo {
  return new Api.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow({
    salt1,
    salt2,
    g: GENERATOR,
    p: PRIME,
  });
}

function checkPassword(
  context: MethodContext,
  proof: Api.TypeInputCheckPasswordSRP,
  caller: Caller,
): Api.auth.TypeAuthorization {
  const account = ownerOf(context, caller);
  if (!account.password || !(proof instanceof Api.InputCheckPasswordSRP)) {
    throw badRequest('PASSWORD_HASH_INVALID');
  }
  const question = context.logins.takeChallenge(caller.key, fromLong(proof.srpId));
  if (!question) throw badRequest('SRP_ID_INVALID');
  if (!proves(account.password, question, proof.A, proof.M1)) throw badRequest('PASSWORD_HASH_INVALID');
  return authorization(context, caller, account);
}

/** The account whose password is meant: the one that is signed in, or that has shown its code. */
function ownerOf(context: MethodContext, caller: Caller): Account {
  const userId = context.logins.passwordOwner(caller.key);
  const account = userId === undefined ? undefined : context.world.account(userId);
  if (!account) throw new RpcError(401, 'AUTH_KEY_UNREGISTERED');
  return account;
}
