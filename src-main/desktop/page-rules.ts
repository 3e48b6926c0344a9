/** Scheme of the window's page. */
export const pageScheme = 'epiflux';

/** Where the window's page lies: a web origin of its own. */
export const pageOrigin = `${pageScheme}://app`;

/** The one address that the window shows. */
export const pageAddress = `${pageOrigin}/`;

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}

/** Whether an address lies on the page's own origin. Custom schemes have the origin "null": scheme and host decide. */
export function isOwnAddress(url: string): boolean {
  const parsed = parse(url);
  return parsed?.protocol === `${pageScheme}:` && parsed.host === 'app';
}

/** A frame that sent a message, as far as the rule looks at it. */
export interface SenderFrame {
  /** null for the outermost frame. */
  readonly parent: unknown;
  readonly origin: string;
}

/** Whether a message comes from the page itself: no frame in it, and no page that took its place. */
export function isPageItself(frame: SenderFrame | null): boolean {
  return frame !== null && frame.parent === null && frame.origin === pageOrigin;
}

/** Whether a window may go to an address: only to the page itself, which is how it is loaded again. */
export function mayNavigate(url: string): boolean {
  const parsed = parse(url);
  return parsed !== undefined && isOwnAddress(url) && parsed.pathname === '/';
}

/** Whether something may be loaded at all: the page's own files, and what it made itself (blob:, data:). */
export function mayLoad(url: string, withDevTools: boolean): boolean {
  const kind = parse(url)?.protocol;
  if (kind === 'blob:' || kind === 'data:') return true;
  if (kind === 'devtools:') return withDevTools;
  return isOwnAddress(url);
}

/** A request for a permission of the platform. */
export interface PermissionAsked {
  readonly permission: string;
  /** Origin or address of who asks. */
  readonly asker: string;
  readonly isMainFrame: boolean;
}

/** Whether the page gets a permission: only that of writing to the clipboard, for "Copy report". */
export function isGranted({ permission, asker, isMainFrame }: PermissionAsked): boolean {
  return permission === 'clipboard-sanitized-write' && isMainFrame && isOwnAddress(asker);
}
