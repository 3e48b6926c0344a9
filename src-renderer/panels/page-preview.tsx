import { Button, SegmentedControl } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { mostPixels, rasterSize } from '../../src-core/figure/raster-size.js';
import { formatNumber } from '../../src-core/figure/ticks.js';
import { enlargePage, refreshPage } from '../actions/page-actions.js';
import type { Session } from '../state/session.js';
import { groupDigits } from '../state/wording.js';
import { useApp, useSession } from '../ui/app-context.js';
import { CommandButton } from '../ui/command-button.js';
import { FailureCard } from '../ui/failure-card.js';
import { ModalDialog } from '../ui/modal-dialog.js';

/** Has the page drawn again whenever anything that it shows has changed. */
function usePageRefresh(): void {
  const app = useApp();
  const choices = useSession(({ page }) => page.choices);
  const view = useSession((session) => session.view);
  const result = useSession((session) => session.result);
  const settings = useSession(({ project }) => project?.history.present ?? null);
  const previews = useSession((session) => session.previews);
  useEffect(() => {
    refreshPage(app);
  }, [app, choices, view, result, settings, previews]);
}

/** Size of the page on paper, and of a PNG in pixels; more than can be drawn is said. */
function sizeText({ page }: Session): { text: string; tooLarge: boolean } {
  const { shown, choices } = page;
  if (shown === null) return { text: '', tooLarge: false };
  const { widthMm, heightMm } = shown;
  const paper = `${formatNumber(widthMm)} × ${formatNumber(heightMm)} mm`;
  if (choices.format === 'svg') return { text: paper, tooLarge: false };
  const { width, height } = rasterSize(widthMm, heightMm, choices.look.dpi);
  const megapixels = formatNumber((width * height) / 1e6);
  const text = `${paper} · ${groupDigits(width)} × ${groupDigits(height)} px · ${megapixels} megapixels`;
  const tooLarge = width * height > mostPixels;
  return { text: tooLarge ? `${text}: more than the ${mostPixels / 1e6} that are drawn` : text, tooLarge };
}

function PageSize(): ReactNode {
  const text = useSession((session) => sizeText(session).text);
  const tooLarge = useSession((session) => sizeText(session).tooLarge);
  return <p className={tooLarge ? 'field-note bad' : 'field-note'}>{text}</p>;
}

/** The page at true aspect, small; it follows what is chosen and shown. */
export function PagePreview(): ReactNode {
  const app = useApp();
  const shown = useSession(({ page }) => page.shown);
  const trouble = useSession(({ page }) => page.trouble);
  const drawing = useSession(({ page }) => page.drawing);
  const clear = useSession(({ page }) => page.choices.look.background === 'transparent');
  usePageRefresh();
  if (trouble !== null) return <FailureCard title="The page cannot be drawn" failure={trouble.failure} />;
  return (
    <div className="page-preview" data-drawing={drawing ? '' : undefined}>
      {shown === null ? (
        <p className="field-note" role="status">
          Drawing the page …
        </p>
      ) : (
        <>
          <button
            type="button"
            className="page-thumbnail"
            data-clear={clear ? '' : undefined}
            aria-label="Look at the page large"
            onClick={() => {
              enlargePage(app, true);
            }}
          >
            <img src={shown.url} alt="The page as it will be exported" draggable={false} />
          </button>
          <PageSize />
        </>
      )}
    </div>
  );
}

const zooms = [
  { value: 'fit', label: 'Fit' },
  { value: '1', label: '1 : 1' },
  { value: '2', label: '2 : 1' },
  { value: '4', label: '4 : 1' },
];

function ZoomControl({
  zoom,
  onZoom,
}: {
  readonly zoom: string;
  readonly onZoom: (zoom: string) => void;
}): ReactNode {
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label="Size of the page on the screen"
        value={zoom}
        data={zooms}
        onChange={onZoom}
        transitionDuration={100}
      />
      <span className="dim">
        {zoom === 'fit'
          ? ''
          : `${zoom} mm on the screen for each on paper, where the screen has 96 dots per inch`}
      </span>
    </>
  );
}

function DialogBody({ onClose }: { readonly onClose: () => void }): ReactNode {
  const shown = useSession(({ page }) => page.shown);
  const clear = useSession(({ page }) => page.choices.look.background === 'transparent');
  const [zoom, setZoom] = useState('fit');
  if (shown === null) return null;
  const style =
    zoom === 'fit' ? {} : { width: `${Number(zoom) * shown.widthMm}mm`, maxWidth: 'none', maxHeight: 'none' };
  return (
    <>
      <div className="page-bar">
        <ZoomControl zoom={zoom} onZoom={setZoom} />
        <span className="spacer" />
        <CommandButton id="export-again">Export</CommandButton>
        <Button size="xs" variant="default" onClick={onClose}>
          Close
        </Button>
      </div>
      <div className="page-desk" data-zoom={zoom} tabIndex={0} role="region" aria-label="The page">
        <img
          src={shown.url}
          alt="The page as it will be exported"
          data-clear={clear ? '' : undefined}
          style={style}
          draggable={false}
        />
      </div>
      <PageSize />
    </>
  );
}

/** The page large, over the window: fitted, or at its size on paper and multiples of it. */
export function PageDialog(): ReactNode {
  const app = useApp();
  const open = useSession(({ page }) => page.large);
  const close = (): void => {
    enlargePage(app, false);
  };
  return (
    <ModalDialog open={open} name="Page" className="page-dialog" closesBeside onClose={close}>
      <DialogBody onClose={close} />
    </ModalDialog>
  );
}
