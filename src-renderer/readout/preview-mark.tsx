import type { ReactNode } from 'react';
import { isPreview, previewName } from '../state/following.js';
import { useSession } from '../ui/app-context.js';

/** Says at a title that what stands under it is of a preview; nothing where it is of a run. */
export function PreviewMark(): ReactNode {
  const name = useSession((session) =>
    session.result !== null && isPreview(session) ? previewName(session.result) : null,
  );
  if (name === null) return null;
  return (
    <>
      {' · '}
      <span
        className="as-is"
        data-preview=""
        title={`A ${name}: the map is made for good when you let the setting go.`}
      >
        preview
      </span>
    </>
  );
}
