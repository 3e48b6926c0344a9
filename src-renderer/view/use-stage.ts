import { type RefObject, useEffect, useRef, useState } from 'react';
import { makeStage, type Stage, type StageScene } from './stage.js';

/**
 * Keeps a stage on a canvas and gives it the scene whenever that changes, and only then. The answer says why the
 * browser cannot draw, or null.
 */
export function useStage(
  canvas: RefObject<HTMLCanvasElement | null>,
  scene: StageScene | null,
): string | null {
  const stage = useRef<Stage | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => {
    if (canvas.current === null) return;
    try {
      stage.current = makeStage(canvas.current);
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : String(error));
    }
    return () => {
      stage.current?.dispose();
      stage.current = null;
    };
  }, [canvas]);
  useEffect(() => {
    stage.current?.draw(scene);
  }, [scene]);
  return trouble;
}
