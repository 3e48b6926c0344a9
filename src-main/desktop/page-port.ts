import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type MessagePortMain } from 'electron';
import type { Grant, WindowMessage } from '../api.js';
import { failureOf } from '../session/failure.js';
import { answer } from '../session/gate.js';
import type { Session } from '../session/session.js';
import { pageOrigin } from './page-protocol.js';

/** Only the page itself may speak, no frame in it and no page that took its place. */
function isPage({ senderFrame }: IpcMainEvent | IpcMainInvokeEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && senderFrame.origin === pageOrigin;
}

function servePort(session: Session, port: MessagePortMain): void {
  const send = (message: WindowMessage): void => {
    port.postMessage(message);
  };
  const unsubscribe = session.subscribe((event) => {
    send({ type: 'event', event });
  });
  port.on('message', ({ data }) => {
    void answer(session, data).then(send);
  });
  port.on('close', unsubscribe);
  port.start();
}

async function grantFile(
  session: Session,
  path: unknown,
  onGranted: (path: string) => void,
): Promise<{ grant: Grant } | { message: string }> {
  if (typeof path !== 'string' || path === '') return { message: 'This file has no place on the disk.' };
  try {
    const grant = await session.grantPath(path, 'dialog');
    onGranted(path);
    return { grant };
  } catch (error) {
    return { message: failureOf(error, session.grants).message };
  }
}

/** Speaks the request table over message ports, and grants files that the user drops. */
export function servePorts(session: Session, onGranted: (path: string) => void): void {
  ipcMain.on('connect', (event) => {
    if (isPage(event) && event.ports.length === 1) servePort(session, event.ports[0]);
  });
  ipcMain.handle('grant-file', (event, path: unknown) =>
    isPage(event) ? grantFile(session, path, onGranted) : { message: 'This page may not open files.' },
  );
}
