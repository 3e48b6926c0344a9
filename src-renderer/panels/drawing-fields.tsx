import { Fragment, type ReactNode } from 'react';
import { commandOf, perform } from '../actions/commands.js';
import { drawingOf, drawingProblem } from '../state/drawing.js';
import { useApp, useSession } from '../ui/app-context.js';
import { CommandButton } from '../ui/command-button.js';
import { MaskFactsLine } from '../view/mask-bar.js';

const edits: readonly (readonly [id: string, label: string])[] = [
  ['mask-fill', 'Fill all'],
  ['mask-clear', 'Clear'],
  ['mask-invert', 'Invert'],
  ['mask-holes', 'Fill holes'],
  ['mask-largest', 'Largest part'],
  ['mask-grow', 'Grow 1 px'],
  ['mask-shrink', 'Shrink 1 px'],
  ['mask-copy', 'To next plane'],
];

const beginnings: readonly (readonly [id: string, label: string])[] = [
  ['mask-from-result', 'the map’s mask'],
  ['mask-from-file', 'the mask file'],
  ['mask-from-nothing', 'nothing'],
];

function CommandLink({ id, label }: { readonly id: string; readonly label: string }): ReactNode {
  const app = useApp();
  const possible = useSession(commandOf(id).possible);
  return (
    <button
      type="button"
      className="link"
      disabled={!possible}
      title={commandOf(id).title}
      onClick={() => {
        perform(app, id);
      }}
    >
      {label}
    </button>
  );
}

/** What is wrong with the drawing as it is, with the remedy. */
function DrawingProblem(): ReactNode {
  const problem = useSession(drawingProblem);
  if (problem === null) return null;
  return (
    <p className="field-note doubtful" role="alert">
      {problem} <CommandLink id="mask-refit" label="Put the mask on the pixels of now" />
    </p>
  );
}

/** The drawn mask: what it covers, tools, and edits of the whole. */
export function DrawingFields(): ReactNode {
  const drawing = useSession(drawingOf);
  const open = useSession(({ maskTools }) => maskTools.open);
  const stacked = (drawing?.planes.length ?? 1) > 1;
  if (drawing === null) return null;
  return (
    <>
      <p className="facts">
        <MaskFactsLine drawing={drawing} />
      </p>
      <DrawingProblem />
      <div className="mask-edits" role="group" aria-label="Edits of the whole mask">
        {edits
          .filter(([id]) => stacked || id !== 'mask-copy')
          .map(([id, label]) => (
            <CommandButton key={id} id={id}>
              {label}
            </CommandButton>
          ))}
      </div>
      <p className="field-note">
        Begin again from{' '}
        {beginnings.map(([id, label], index) => (
          <Fragment key={id}>
            {index === 0 ? '' : ' · '}
            <CommandLink id={id} label={label} />
          </Fragment>
        ))}
      </p>
      <div className="buttons">
        {open ? null : <CommandButton id="mask-draw">Draw …</CommandButton>}
        <CommandButton id="mask-save">Save mask …</CommandButton>
      </div>
    </>
  );
}
