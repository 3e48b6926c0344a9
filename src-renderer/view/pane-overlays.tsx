import type { CSSProperties, ReactNode } from 'react';
import { formatLength, formatNumber } from '../../src-core/figure/ticks.js';
import type { LayerData } from '../state/layer-data.js';
import { useStore } from '../state/store.js';
import { useApp, useWholeSession } from '../ui/app-context.js';
import { gazeScale } from './gaze.js';
import type { PaneRect, PlaneScene, SlicesScene, StageScene, VolumeScene } from './scene.js';
import { MaskShapes } from './mask-shapes.js';
import { type PaneContent, slicesPlace } from './scene-of.js';
import { ScaleBar } from './scale-bar.js';
import { sliceAxes, sliceCamera, type SliceName, sliceNames } from './slices.js';
import { SurfaceLabels } from './surface-labels.js';
import { axisLabels } from './volume-box.js';

function CursorRing({ scene }: { readonly scene: PlaneScene }): ReactNode {
  const cursor = useStore(useApp().cursor, (position) => position);
  if (cursor === null) return null;
  const { camera, pane } = scene;
  const left = pane.width / 2 + (cursor.x - camera.x) / camera.nmPerPixel;
  const top = pane.height / 2 + (cursor.y - camera.y) / camera.nmPerPixel;
  if (left < 0 || top < 0 || left > pane.width || top > pane.height) return null;
  return <div className="cursor-ring" style={{ left, top }} aria-hidden="true" />;
}

/** The two lines of the crosshair in one slice, kept inside it. */
function SliceLines({
  rect,
  at,
}: {
  readonly rect: PaneRect;
  readonly at: readonly [number, number];
}): ReactNode {
  const [x, y] = at;
  const { left, top, width, height } = rect;
  return (
    <>
      {x < 0 || x > width ? null : (
        <span className="slice-line" style={{ left: left + x, top, height, width: 1 }} />
      )}
      {y < 0 || y > height ? null : (
        <span className="slice-line" style={{ left, top: top + y, width, height: 1 }} />
      )}
    </>
  );
}

function SlicesOverlay({
  scene,
  data,
}: {
  readonly scene: SlicesScene;
  readonly data: LayerData;
}): ReactNode {
  const session = useWholeSession();
  const { rects, camera, crosshair } = slicesPlace(session, data, scene.pane);
  const lines = (name: SliceName): readonly [number, number] => {
    const { x, y, nmPerPixel } = sliceCamera(name, camera);
    const [across, down] = sliceAxes[name];
    return [
      rects[name].width / 2 + (crosshair[across] - x) / nmPerPixel,
      rects[name].height / 2 + (crosshair[down] - y) / nmPerPixel,
    ];
  };
  return (
    <div
      className="slices-overlay"
      aria-hidden="true"
      style={{ '--corner': `${rects.yz.left}px` } as CSSProperties}
    >
      {sliceNames.map((name) => (
        <div key={name} data-slice={name}>
          <SliceLines rect={rects[name]} at={lines(name)} />
          <span className="slice-name" style={{ left: rects[name].left + 6, top: rects[name].top + 4 }}>
            {name}
          </span>
        </div>
      ))}
      <ScaleBar nmPerPixel={camera.nmPerPixel} width={2.5 * rects.yz.width} calibrated={data.calibrated} />
    </div>
  );
}

const axisNames = ['x', 'y', 'z'] as const;

/** Whether a part of the stack had to be joined to fit on the graphics card, in words. */
function coarseningNote({ volume }: VolumeScene): string | null {
  const [x, y, z] = volume.coarsening;
  if (x * y * z === 1) return null;
  return `shown coarser: means of ${x} × ${y} × ${z} voxels, as the whole stack does not fit on the graphics card`;
}

function VolumeOverlay({
  scene,
  data,
}: {
  readonly scene: VolumeScene;
  readonly data: LayerData;
}): ReactNode {
  const { volume, pane, gaze } = scene;
  const nmPerPixel = gazeScale(gaze, volume.span, pane);
  const note = coarseningNote(scene);
  return (
    <>
      <div className="axis-labels" aria-hidden="true">
        {axisLabels(volume.span, { ...gaze, nmPerPixel }, pane).map(({ axis, lengthNm, at }) => (
          <span key={axis} style={{ left: at[0], top: at[1] }}>
            {axisNames[axis]} {data.calibrated ? formatLength(lengthNm) : `${formatNumber(lengthNm)} px`}
          </span>
        ))}
      </div>
      <ScaleBar nmPerPixel={nmPerPixel} width={pane.width} calibrated={data.calibrated} />
      {note === null ? null : <p className="pane-remark">{note}</p>}
    </>
  );
}

/** What lies over the picture: scale bar, cursor, crosshair, lengths. */
export function PaneOverlays({ content }: { readonly content: PaneContent }): ReactNode {
  const { data } = content;
  const scene: StageScene = content.scene;
  if (scene.mode === 'surface') {
    return (
      <SurfaceLabels
        picture={scene.picture}
        orbit={scene.orbit}
        pane={scene.pane}
        limits={scene.tint.limits}
      />
    );
  }
  if (scene.mode === 'slices') return <SlicesOverlay scene={scene} data={data} />;
  if (scene.mode === 'volume') return <VolumeOverlay scene={scene} data={data} />;
  return (
    <>
      <ScaleBar nmPerPixel={scene.camera.nmPerPixel} width={scene.pane.width} calibrated={data.calibrated} />
      <CursorRing scene={scene} />
      <MaskShapes content={{ ...content, scene }} />
    </>
  );
}
