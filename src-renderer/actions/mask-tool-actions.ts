import type { Position } from '../mask/shapes.js';
import type { MaskTool, MaskTools } from '../state/mask-tools.js';
import type { App } from './app.js';

/** Changes how the mask is drawn; nothing is told where nothing changes. */
export function changeTools(app: App, part: Partial<MaskTools>): void {
  app.session.set((session) => {
    const { maskTools } = session;
    const changes = Object.entries(part).some(
      ([name, value]) => maskTools[name as keyof MaskTools] !== value,
    );
    return changes ? { ...session, maskTools: { ...maskTools, ...part } } : session;
  });
}

/** Takes up a tool; what was begun with another one is given up. */
export function takeTool(app: App, tool: MaskTool): void {
  changeTools(app, { tool, outline: [] });
}

/** The polygon so far with one more corner, in nm of the file's coordinates. */
export function addCorner(app: App, corner: Position): void {
  changeTools(app, { outline: [...app.session.get().maskTools.outline, corner] });
}

/** The polygon without its last corner. */
export function removeCorner(app: App): void {
  changeTools(app, { outline: app.session.get().maskTools.outline.slice(0, -1) });
}

/** Gives the polygon up. */
export function dropOutline(app: App): void {
  changeTools(app, { outline: [] });
}
