import { ipcMain, type MessagePortMain } from 'electron';
import type { Grant, WindowMessage } from '../api.js';
import { failureOf } from '../session/failure.js';
import { answer } from '../session/gate.js';
import type { Session } from '../session/session.js';
import { isPageItself } from './page-rules.js';

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

/** What the app does as windows come. */
export interface PortEvents {
  /** The user dropped or picked this file. */
  readonly onGranted: (path: string) => void;
  /** A window listens from now on. */
  readonly onConnected: () => void;
}

/** Speaks the request table over message ports, and grants files that the user drops. */
export function servePorts(session: Session, { onGranted, onConnected }: PortEvents): void {
  ipcMain.on('connect', (event) => {
    if (!isPageItself(event.senderFrame) || event.ports.length !== 1) return;
    servePort(session, event.ports[0]);
    onConnected();
  });
  ipcMain.handle('grant-file', (event, path: unknown) =>
    isPageItself(event.senderFrame)
      ? grantFile(session, path, onGranted)
      : { message: 'This page may not open files.' },
  );
}
