import type { ReactNode } from 'react';
import { layerData } from '../state/layer-data.js';
import { type CursorValue, valuesAt } from '../state/readout.js';
import { useStore } from '../state/store.js';
import { groupDigits, showValue } from '../state/wording.js';
import { useApp, useWholeSession } from '../ui/app-context.js';

function showCursorValue({ value, doubtful }: CursorValue): string {
  if (value !== null) return showValue(value);
  return doubtful ? 'unknown' : 'outside';
}

/** Where the cursor is, and the value of every layer there. */
export function CursorReadout(): ReactNode {
  const app = useApp();
  const session = useWholeSession();
  const cursor = useStore(app.cursor, (position) => position);
  const values = cursor === null ? [] : valuesAt(session, cursor.x, cursor.y);
  const calibrated = layerData(session, session.view.layers[session.view.active])?.calibrated ?? true;
  return (
    <section className="readout" aria-labelledby="cursor-title">
      <h2 id="cursor-title">Under the cursor</h2>
      {cursor === null || values.length === 0 ? (
        <p className="dim">
          {session.view.mode === 'surface' ? 'Values are read in 2-D.' : 'Point at a map to read its values.'}
        </p>
      ) : (
        <table data-readout="cursor">
          <tbody>
            <tr>
              <th scope="row">x, y</th>
              <td>
                {groupDigits(cursor.x)}, {groupDigits(cursor.y)}{' '}
                <span className="unit">{calibrated ? 'nm' : 'px'}</span>
              </td>
            </tr>
            {values.map((value) => (
              <tr key={value.layer} data-layer={value.layer}>
                <th scope="row">{value.label}</th>
                <td
                  className={value.value === null ? 'dim' : value.layer === 'lambda' ? 'strong' : undefined}
                >
                  {showCursorValue(value)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
