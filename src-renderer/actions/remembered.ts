/**
 * What a window remembers from one start to the next. `epiflux serve` has another port, and so another storage, each
 * time; a cookie is shared by all ports of this computer. Nothing remembered is secret.
 */
export type Remembered = 'epiflux-theme' | 'epiflux-tour';

const aYear = 365 * 24 * 3600;

function fromCookie(name: Remembered): string | null {
  const pair = document.cookie.split('; ').find((each) => each.startsWith(`${name}=`));
  return pair === undefined ? null : pair.slice(name.length + 1);
}

/** What was remembered under a name; null where nothing was, or the window has no storage. */
export function recall(name: Remembered): string | null {
  try {
    return localStorage.getItem(name) ?? fromCookie(name);
  } catch {
    return null;
  }
}

/** Remembers a word of letters; a window without storage forgets it when it closes. */
export function remember(name: Remembered, word: string): void {
  try {
    localStorage.setItem(name, word);
    document.cookie = `${name}=${word}; path=/; max-age=${aYear}; SameSite=Strict`;
  } catch {
    // Private windows may refuse.
  }
}
