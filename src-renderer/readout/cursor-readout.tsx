import { Fragment, type ReactNode } from 'react';
import { formatLength } from '../../src-core/figure/ticks.js';
import type { CursorPosition } from '../actions/app.js';
import { layerData } from '../state/layer-data.js';
import { type CursorValue, valuesAt } from '../state/readout.js';
import { useStore } from '../state/store.js';
import { groupDigits, showValue, showWithSd } from '../state/wording.js';
import { shownMode } from '../view/scene-of.js';
import { useApp, useSession, useWholeSession } from '../ui/app-context.js';

function showCursorValue({ layer, value, sd, doubtful }: CursorValue): string {
  if (value === null) return doubtful ? 'unknown' : 'outside';
  if (value === Infinity) return 'nothing';
  if (layer === 'lambda-resolution') return formatLength(Number(value.toPrecision(2)));
  return sd === undefined ? showValue(value) : showWithSd(value, sd);
}

function PlaceRow({ place: { x, y, z } }: { readonly place: CursorPosition }): ReactNode {
  const calibrated = useSession(
    (session) => layerData(session, session.view.layers[session.view.active])?.calibrated ?? true,
  );
  const places = z === undefined ? [x, y] : [x, y, z];
  return (
    <tr>
      <th scope="row">{z === undefined ? 'x, y' : 'x, y, z'}</th>
      <td>
        {places.map(groupDigits).join(', ')} <span className="unit">{calibrated ? 'nm' : 'px'}</span>
      </td>
    </tr>
  );
}

/** What of the sd beside λ is not common to all pixels. */
function PatternRow({ sd }: { readonly sd: number }): ReactNode {
  const [, digits] = showWithSd(0, sd).split(' ± ');
  return (
    <tr data-layer="lambda-pattern">
      <th scope="row">± of its pattern</th>
      <td className="dim">± {digits}</td>
    </tr>
  );
}

function ValueRow({ value }: { readonly value: CursorValue }): ReactNode {
  return (
    <tr data-layer={value.layer}>
      <th scope="row">{value.label}</th>
      <td className={value.value === null ? 'dim' : value.layer === 'lambda' ? 'strong' : undefined}>
        {showCursorValue(value)}
      </td>
    </tr>
  );
}

/** Where the cursor is, and the value of every layer there. */
export function CursorReadout(): ReactNode {
  const app = useApp();
  const session = useWholeSession();
  const cursor = useStore(app.cursor, (position) => position);
  const values = cursor === null ? [] : valuesAt(session, cursor);
  const mode = shownMode(session);
  return (
    <section className="readout" aria-labelledby="cursor-title">
      <h2 id="cursor-title">Under the cursor</h2>
      {cursor === null || values.length === 0 ? (
        <p className="dim">
          {mode === 'surface' || mode === 'volume'
            ? 'Values are read in 2-D and in slices.'
            : 'Point at a map to read its values.'}
        </p>
      ) : (
        <table data-readout="cursor">
          <tbody>
            <PlaceRow place={cursor} />
            {values.map((value) => (
              <Fragment key={value.layer}>
                <ValueRow value={value} />
                {value.value === null || value.patternSd === undefined ? null : (
                  <PatternRow sd={value.patternSd} />
                )}
              </Fragment>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
