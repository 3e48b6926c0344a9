import type { ReactNode } from 'react';
import { changeJob } from '../actions/app.js';
import { setSetting } from '../actions/remedy-actions.js';
import { useApp, useSettings } from '../ui/app-context.js';
import { Choice } from '../ui/field.js';

/** Why a mask does not go with a periodic picture, and the way out of it. */
function WholePictureNote(): ReactNode {
  const app = useApp();
  return (
    <span className="doubtful">
      A field that repeats itself has no outside: every pixel has to count.{' '}
      <button
        type="button"
        className="link"
        onClick={() => {
          setSetting(app, 'mask', 'none');
        }}
      >
        Take the whole picture
      </button>
    </span>
  );
}

/** What is at the edge of the nucleus: for pictures of simulations, which repeat themselves. */
export function BoundaryField(): ReactNode {
  const app = useApp();
  const job = useSettings()?.job ?? null;
  if (job === null) return null;
  const { boundary } = job.model;
  const isPeriodic = boundary === 'periodic';
  const note = isPeriodic
    ? 'The picture is one period, as simulations have it: opposite sides are neighbours. Give the offset, there is no background.'
    : 'Nothing flows through the edge of the nucleus. Right for every microscope picture.';
  return (
    <details className="more" open={isPeriodic}>
      <summary>More: boundary</summary>
      <Choice
        label="Boundary"
        setting="model.boundary"
        value={boundary}
        options={[
          { value: 'no-flux', label: 'no flux' },
          { value: 'periodic', label: 'periodic' },
        ]}
        note={isPeriodic && job.mask !== 'none' ? <WholePictureNote /> : note}
        onChange={(chosen) => {
          changeJob(app, (before) => ({ ...before, model: { ...before.model, boundary: chosen } }));
        }}
      />
    </details>
  );
}
