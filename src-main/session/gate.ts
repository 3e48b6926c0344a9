import type { z } from 'zod';
import {
  type ApiRequests,
  type CheckedRequest,
  requestMessageSchema,
  type RequestName,
  requestSchemas,
  type WindowMessage,
} from '../api.js';
import { failureOf, namesOf, RefusedRequest } from './failure.js';
import { handlers } from './handlers.js';
import type { Session } from './session.js';

function fieldsOf(error: z.ZodError): RefusedRequest['fields'] {
  return error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
}

/** The request with its defaults; throws RefusedRequest naming every field that cannot be used. */
function checkRequest<K extends RequestName>(name: K, request: unknown): CheckedRequest<K> {
  const checked = requestSchemas[name].safeParse(request);
  if (!checked.success) throw new RefusedRequest(name, fieldsOf(checked.error));
  return checked.data as CheckedRequest<K>;
}

async function answerRequest<K extends RequestName>(
  session: Session,
  name: K,
  request: unknown,
): Promise<ApiRequests[K]['response']> {
  return handlers[name](session, checkRequest(name, request));
}

function idIn(message: unknown): number | null {
  const isObject = typeof message === 'object' && message !== null;
  return isObject && 'id' in message && Number.isSafeInteger(message.id) ? Number(message.id) : null;
}

/** The answer to whatever a window sent: the one gate for all kinds of windows. Never rejects. */
export async function answer(session: Session, message: unknown): Promise<WindowMessage> {
  const id = idIn(message);
  try {
    const checked = requestMessageSchema.safeParse(message);
    if (!checked.success) throw new RefusedRequest('message', fieldsOf(checked.error));
    const { name, request } = checked.data;
    return { type: 'response', id: checked.data.id, response: await answerRequest(session, name, request) };
  } catch (error) {
    return { type: 'failure', id, failure: failureOf(error, namesOf(session)) };
  }
}
