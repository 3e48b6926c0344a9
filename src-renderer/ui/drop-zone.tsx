import { type ReactNode, useEffect, useState } from 'react';
import { log } from '../actions/app.js';
import { openPickedFolder } from '../actions/batch-folder-actions.js';
import { openFile } from '../actions/source-actions.js';
import { droppedFolder, readDroppedFolder } from './folder-picker.js';
import { useApp } from './app-context.js';

const holdsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/** Takes files that are dropped anywhere on the window. */
export function DropZone(): ReactNode {
  const app = useApp();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const dragOver = (event: DragEvent): void => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(false);
      const folder = droppedFolder(event.dataTransfer);
      if (folder !== null) {
        void readDroppedFolder(folder).then((read) => openPickedFolder(app, read));
        return;
      }
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 1) log(app, 'warning', `${files.length} files were dropped; the first was opened.`);
      if (files.length > 0) void openFile(app, files[0]);
    };
    window.addEventListener('dragover', dragOver);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', dragOver);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, [app]);
  return over ? <div className="drop-zone">Drop to open</div> : null;
}
