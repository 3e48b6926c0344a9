import { Button } from '@mantine/core';
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { App } from '../actions/app.js';
import { perform } from '../actions/commands.js';
import { leaveTour, nextTourStep, previousTourStep } from '../actions/tour-actions.js';
import { type Box, placeCard, type TourStep, tourSteps } from '../state/tour.js';
import { useApp, useSession } from './app-context.js';

/** Where the card and the frame around its target are. */
interface Layout {
  readonly target: Box | null;
  readonly card: { readonly left: number; readonly top: number };
}

function boxOf(element: Element): Box {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { left, top, width, height };
}

function findTarget({ targets }: TourStep): Element | null {
  const found = targets.map((selector) => document.querySelector(selector));
  return found.find((element) => element !== null && element.getClientRects().length > 0) ?? null;
}

function layoutOf(step: TourStep, card: HTMLElement): Layout {
  const found = findTarget(step);
  const beside = step.beside === undefined ? null : document.querySelector(step.beside);
  const target = found === null ? null : boxOf(found);
  const stand = beside === null ? target : boxOf(beside);
  return { target, card: placeCard(stand, boxOf(card), { width: innerWidth, height: innerHeight }) };
}

/** Follows the target while the window changes under the tour. */
function useLayout(step: TourStep, card: RefObject<HTMLElement | null>): Layout | null {
  const app = useApp();
  const [layout, setLayout] = useState<Layout | null>(null);
  useLayoutEffect(() => {
    let last = '';
    let frame = 0;
    const measure = (): void => {
      if (card.current === null) return;
      const next = layoutOf(step, card.current);
      const key = JSON.stringify(next);
      if (key !== last) setLayout(next);
      last = key;
    };
    const later = (): void => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(measure);
    };
    findTarget(step)?.scrollIntoView({ block: 'nearest' });
    measure();
    const unsubscribe = app.session.subscribe(later);
    addEventListener('resize', later);
    addEventListener('scroll', later, true);
    return () => {
      cancelAnimationFrame(frame);
      unsubscribe();
      removeEventListener('resize', later);
      removeEventListener('scroll', later, true);
    };
  }, [app, step, card]);
  return layout;
}

/** Goes on by itself when the user does what the step is about. */
function useOwnPace(app: App, step: TourStep): void {
  const done = useSession(step.isDone);
  const was = useRef({ step, done });
  useEffect(() => {
    const before = was.current;
    was.current = { step, done };
    if (before.step === step && !before.done && done) nextTourStep(app);
  }, [app, step, done]);
}

function StepCommand({ step: { command } }: { readonly step: TourStep }): ReactNode {
  const app = useApp();
  const offered = useSession((session) => command?.isOffered(session) === true);
  if (command === undefined || !offered) return null;
  return (
    <Button
      size="xs"
      variant="default"
      onClick={() => {
        perform(app, command.id);
      }}
    >
      {command.title}
    </Button>
  );
}

function Buttons({ index, step }: { readonly index: number; readonly step: TourStep }): ReactNode {
  const app = useApp();
  const isLast = index === tourSteps.length - 1;
  return (
    <div className="tour-buttons">
      <StepCommand step={step} />
      <span className="spacer" />
      {index === 0 ? null : (
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            previousTourStep(app);
          }}
        >
          Back
        </Button>
      )}
      <Button
        size="xs"
        variant="filled"
        data-tour-next=""
        onClick={() => {
          nextTourStep(app);
        }}
      >
        {isLast ? 'Done' : 'Next'}
      </Button>
    </div>
  );
}

function TourCard({ index }: { readonly index: number }): ReactNode {
  const app = useApp();
  const card = useRef<HTMLElement>(null);
  const step = tourSteps[index];
  const layout = useLayout(step, card);
  useOwnPace(app, step);
  const leave = (): void => {
    leaveTour(app);
  };
  return (
    <>
      {layout?.target == null ? null : <div className="tour-frame" style={{ ...layout.target }} />}
      <aside
        ref={card}
        className="tour-card"
        aria-label="Tour of the window"
        style={layout?.card ?? { right: 8, bottom: 8 }}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          event.stopPropagation();
          leave();
        }}
      >
        <div aria-live="polite">
          <p className="tour-count">
            {index + 1} of {tourSteps.length}
          </p>
          <h2>{step.title}</h2>
          <p>{step.text}</p>
        </div>
        <Buttons index={index} step={step} />
        <button type="button" className="link" onClick={leave}>
          Leave the tour (Esc)
        </button>
      </aside>
    </>
  );
}

/** The tour, while there is one: a card beside the part of the window that it speaks of, which can be used meanwhile. */
export function Tour(): ReactNode {
  const index = useSession(({ tour }) => tour);
  return index === null ? null : <TourCard index={index} />;
}
