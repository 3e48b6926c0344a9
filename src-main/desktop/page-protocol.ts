import { Readable } from 'node:stream';
import { app, protocol, type Session as WebSession } from 'electron';
import { route, type RouteAnswer, type RouteGround } from '../serve/routes.js';
import { isOwnAddress, mayLoad, pageScheme } from './page-rules.js';

/** Makes epiflux:// a web origin of its own; to be called before the app is ready. */
export function registerPageScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true };
  protocol.registerSchemesAsPrivileged([{ scheme: pageScheme, privileges }]);
}

async function* chunksOf(body: Request['body']): AsyncGenerator<Uint8Array> {
  if (body) for await (const chunk of body) yield chunk as Uint8Array;
}

function responseOf({ status, headers, body }: RouteAnswer): Response {
  const content =
    body instanceof Readable ? (Readable.toWeb(body) as ReadableStream) : Buffer.from(body ?? []);
  return new Response(content, { status, headers });
}

/** Answers the page's requests with the routes of `epiflux serve`; nothing else is loaded from anywhere. */
export function servePage(ground: RouteGround, web: WebSession): void {
  web.protocol.handle(pageScheme, async (request) => {
    if (!isOwnAddress(request.url)) return new Response(null, { status: 403 });
    const url = new URL(request.url);
    const length = Number(request.headers.get('content-length') ?? 0);
    return responseOf(
      await route(ground, { method: request.method, url, body: chunksOf(request.body), length }),
    );
  });
  web.webRequest.onBeforeRequest(({ url }, decide) => {
    decide({ cancel: !mayLoad(url, !app.isPackaged) });
  });
}
