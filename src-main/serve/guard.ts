import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The secret of one server, and where it listens. */
export interface Door {
  readonly token: string;
  readonly port: number;
}

/** 256 random bits for a URL. */
export function freshToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Cookies are shared by all ports of a host: the name keeps two servers apart. */
function cookieName({ port }: Door): string {
  return `epiflux-${port}`;
}

/** The Set-Cookie of a page that was opened with the token. */
export function cookieOf(door: Door): string {
  return `${cookieName(door)}=${door.token}; Path=/; HttpOnly; SameSite=Strict`;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares without telling by its time how much was right. */
function isToken(given: string | null | undefined, { token }: Door): boolean {
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(token));
}

function cookieIn(request: IncomingMessage, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([key]) => key === name)?.[1];
}

/** Whether the page was opened by the address with the token in it. */
export function hasTokenInAddress(url: URL, door: Door): boolean {
  return isToken(url.searchParams.get('token'), door);
}

function hasToken(request: IncomingMessage, url: URL, door: Door): boolean {
  const { authorization } = request.headers;
  return (
    hasTokenInAddress(url, door) ||
    isToken(cookieIn(request, cookieName(door)), door) ||
    isToken(/^Bearer (\S+)$/.exec(authorization ?? '')?.[1], door)
  );
}

const ownNames = ['127.0.0.1', 'localhost'];

function isOwnHost(host: string | undefined, { port }: Door): boolean {
  return ownNames.some((name) => host === `${name}:${port}`);
}

function isOwnOrigin(origin: string | undefined, { port }: Door): boolean {
  return origin === undefined || ownNames.some((name) => origin === `http://${name}:${port}`);
}

/** A browser says when another site's page asks; only opening the address itself may come from elsewhere. */
function isOwnPage(request: IncomingMessage, url: URL, door: Door): boolean {
  const site = request.headers['sec-fetch-site'] ?? 'none';
  return site === 'same-origin' || site === 'none' || (url.pathname === '/' && hasTokenInAddress(url, door));
}

/** Why a request is not let in; undefined where it is. */
export function refusal(request: IncomingMessage, url: URL, door: Door): string | undefined {
  if (!isOwnHost(request.headers.host, door)) return 'The request names a foreign host.';
  if (!isOwnOrigin(request.headers.origin, door)) return 'The request comes from a foreign page.';
  if (!isOwnPage(request, url, door)) return 'The request comes from a foreign page.';
  return hasToken(request, url, door) ? undefined : 'The request does not have the token.';
}
