import type { Session } from '../state/session.js';
import type { StageInk } from './scene.js';

const inks: Readonly<Record<Session['theme'], StageInk>> = {
  dark: {
    hatchDark: [0.16, 0.17, 0.19],
    hatchLight: [0.36, 0.38, 0.41],
    outline: [0.94, 0.95, 0.96],
    frame: [0.45, 0.48, 0.52],
    fade: [0.26, 0.275, 0.3],
    contour: [1, 1, 1],
  },
  light: {
    hatchDark: [0.9, 0.91, 0.92],
    hatchLight: [0.66, 0.68, 0.7],
    outline: [0.1, 0.11, 0.13],
    frame: [0.5, 0.52, 0.55],
    fade: [0.8, 0.81, 0.82],
    contour: [0, 0, 0],
  },
};

/** Colours of hatch, outline and frame under a theme; the same as the tokens of the style sheet. */
export function inkOf(theme: Session['theme']): StageInk {
  return inks[theme];
}
