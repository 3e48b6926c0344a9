import type { MenuItemConstructorOptions as Item } from 'electron';
import { describe, expect, it } from 'vitest';
import type { MenuCommand } from '../../src-main/api.js';
import { menuTemplate } from '../../src-main/desktop/menu-template.js';
import { commandOf } from '../../src-renderer/actions/commands.js';
import { sourceText } from '../source-files.js';

const situation = { recent: [], isMac: false, isPackaged: true };

function itemsOf(menu: readonly Item[]): Item[] {
  return menu.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? itemsOf(item.submenu) : [])]);
}

function click({ click: press }: Item): void {
  (press as () => void)();
}

/** What a menu sets off when every item of it is clicked once. */
function record(change: Partial<Parameters<typeof menuTemplate>[0]> = {}) {
  const done: string[] = [];
  const items = itemsOf(
    menuTemplate(
      { ...situation, ...change },
      {
        command: (command) => done.push(command),
        openPath: (path) => done.push(`open ${path}`),
        clearRecent: () => done.push('clear'),
      },
    ),
  );
  for (const item of items) if (item.click) click(item);
  return { items, done };
}

/** The commands as the type lists them. */
const commands = [
  ...(/export type MenuCommand =([^;]*);/.exec(sourceText('src-main/api.ts'))?.[1] ?? '').matchAll(
    /'([\w-]+)'/g,
  ),
].map(([, name]) => name as MenuCommand);

describe('the menu', () => {
  it('has every command that a window knows, once', () => {
    expect(commands.length).toBeGreaterThan(10);
    expect(record().done.sort()).toEqual([...commands].sort());
  });

  it('takes no key away from a field that is written in: keys are shown, the page hears them', () => {
    const { items } = record();
    const keyed = items.filter(({ click: own, accelerator }) => own && accelerator);
    expect(keyed.length).toBeGreaterThan(5);
    const registered = keyed.filter(({ registerAccelerator }) => registerAccelerator !== false);
    expect(registered.map(({ id }) => id)).toEqual(['close-document']);
    const keys = keyed.map(({ accelerator }) => accelerator);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('shows the keys that the page hears', () => {
    const words: Record<string, string> = { cmdorctrl: 'mod', ctrl: 'mod', return: 'enter', esc: 'escape' };
    const keyOf = (accelerator = ''): string =>
      accelerator
        .toLowerCase()
        .split('+')
        .map((part) => words[part] ?? part)
        .join('+');
    const shown = record().items.filter((item) => item.registerAccelerator === false);
    expect(
      shown.filter(({ id = '', accelerator }) => !commandOf(id).keys.includes(keyOf(accelerator))),
    ).toEqual([]);
  });

  it('lists recent files by their names, opens them by their paths, and forgets them', () => {
    const { items, done } = record({ recent: ['/data/one/a.tif', '/data/two/a.tif'] });
    expect(items.filter(({ label }) => label === 'a.tif').map(({ toolTip }) => toolTip)).toEqual([
      '/data/one/a.tif',
      '/data/two/a.tif',
    ]);
    expect(done.filter((deed) => deed.startsWith('open /'))).toEqual([
      'open /data/one/a.tif',
      'open /data/two/a.tif',
    ]);
    expect(done).toContain('clear');
    expect(record().items.find(({ label }) => label === 'No recent files')?.enabled).toBe(false);
  });

  it('has developer tools only before it is packaged, and the menu of the app on a Mac', () => {
    const roles = (change: Partial<typeof situation>) => record(change).items.map(({ role }) => role);
    expect(roles({})).not.toContain('toggleDevTools');
    expect(roles({ isPackaged: false })).toContain('toggleDevTools');
    expect(roles({})).not.toContain('appMenu');
    expect(roles({ isMac: true })[0]).toBe('appMenu');
    expect(roles({})).toContain('quit');
  });
});
