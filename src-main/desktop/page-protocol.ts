import { Readable } from 'node:stream';
import { protocol, type Session as WebSession } from 'electron';
import { route, type RouteAnswer, type RouteGround } from '../serve/routes.js';

const scheme = 'epiflux';

/** Where the window's page lies. */
export const pageOrigin = `${scheme}://app`;

/** Makes epiflux:// a web origin of its own; to be called before the app is ready. */
export function registerPageScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true };
  protocol.registerSchemesAsPrivileged([{ scheme, privileges }]);
}

async function* chunksOf(body: Request['body']): AsyncGenerator<Uint8Array> {
  if (body) for await (const chunk of body) yield chunk as Uint8Array;
}

function responseOf({ status, headers, body }: RouteAnswer): Response {
  const content =
    body instanceof Readable ? (Readable.toWeb(body) as ReadableStream) : Buffer.from(body ?? []);
  return new Response(content, { status, headers });
}

function isPage(url: URL): boolean {
  return url.protocol === `${scheme}:` && url.host === 'app';
}

/** Answers the page's requests with the routes of `epiflux serve`; nothing else is loaded from anywhere. */
export function servePage(ground: RouteGround, web: WebSession): void {
  web.protocol.handle(scheme, async (request) => {
    const url = new URL(request.url);
    if (!isPage(url)) return new Response(null, { status: 403 });
    const length = Number(request.headers.get('content-length') ?? 0);
    return responseOf(
      await route(ground, { method: request.method, url, body: chunksOf(request.body), length }),
    );
  });
  web.webRequest.onBeforeRequest(({ url }, decide) => {
    const { protocol: kind } = new URL(url);
    decide({ cancel: ![`${scheme}:`, 'blob:', 'data:', 'devtools:'].includes(kind) });
  });
}
