import { useMemo } from 'react';
import {
  displayOf,
  layerData,
  limitsOf,
  nucleusExtent,
  pictureOf,
  type LayerData,
} from '../state/layer-data.js';
import type { LayerName } from '../state/layers.js';
import type { PaneIndex } from '../state/panes.js';
import { useSession } from '../ui/app-context.js';
import { inkOf } from './ink.js';
import { fitCamera, type PaneSize, pictureExtent, type PlaneCamera } from './plane-camera.js';
import type { StageScene } from './stage.js';

/** What a pane shows: its layer's data and the scene to be drawn. */
export interface PaneContent {
  readonly layer: LayerName;
  readonly data: LayerData;
  readonly scene: StageScene;
}

function fittedCamera(data: LayerData, z: number, fit: 'nucleus' | 'picture', size: PaneSize): PlaneCamera {
  const picture = pictureOf(data, z);
  const nucleus = fit === 'nucleus' ? nucleusExtent(data) : undefined;
  return fitCamera(nucleus ?? pictureExtent(picture.size), size);
}

/** What a pane of this size shows now, or null where its layer is not there (yet). */
export function usePaneContent(pane: PaneIndex, size: PaneSize | null): PaneContent | null {
  const layer = useSession(({ view }) => view.layers[pane]);
  const data = useSession((session) => layerData(session, layer));
  const camera = useSession(({ view }) => view.cameras[pane]);
  const display = useSession((session) => displayOf(session, layer));
  const view = useSession((session) => session.view);
  const theme = useSession((session) => session.theme);
  const { mode, orbit, moving, z, hatch, outline, fit } = view;
  return useMemo(() => {
    if (data === null || size === null) return null;
    const scene: StageScene = {
      mode,
      picture: pictureOf(data, z),
      colormap: display.colormap,
      limits: limitsOf(data, layer, display),
      pane: size,
      camera: camera ?? fittedCamera(data, z, fit, size),
      orbit,
      moving,
      hatch,
      outline,
      ink: inkOf(theme),
    };
    return { layer, data, scene };
  }, [data, size, mode, z, display, layer, camera, fit, orbit, moving, hatch, outline, theme]);
}
