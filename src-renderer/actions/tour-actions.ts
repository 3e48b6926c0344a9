import { tourSteps } from '../state/tour.js';
import { type App, patch } from './app.js';
import { recall, remember } from './remembered.js';

/** Begins the tour, from its first step. */
export function beginTour(app: App): void {
  patch(app, { tour: 0 });
}

/** Begins the tour where it was never seen on this computer. */
export function offerTour(app: App): void {
  if (recall('epiflux-tour') === null) beginTour(app);
}

/** Ends the tour, which does not come again by itself. */
export function leaveTour(app: App): void {
  patch(app, { tour: null });
  remember('epiflux-tour', 'seen');
}

/** Goes to the next step of the tour, or ends it after the last. */
export function nextTourStep(app: App): void {
  const { tour } = app.session.get();
  if (tour === null) return;
  if (tour + 1 < tourSteps.length) patch(app, { tour: tour + 1 });
  else leaveTour(app);
}

/** Goes back a step of the tour. */
export function previousTourStep(app: App): void {
  const { tour } = app.session.get();
  if (tour !== null && tour > 0) patch(app, { tour: tour - 1 });
}
