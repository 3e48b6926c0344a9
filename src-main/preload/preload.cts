import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { ElectronBridge, Grant } from '../api.js' with { 'resolution-mode': 'import' };

/** What main answers to 'grant-file'. */
type Granted = { readonly grant: Grant } | { readonly message: string };

const bridge: ElectronBridge = {
  connect: () => {
    const { port1, port2 } = new MessageChannel();
    ipcRenderer.postMessage('connect', null, [port2]);
    window.postMessage('epiflux-port', window.location.origin, [port1]);
  },
  // A page cannot make a File that has a path: only the user's drop or choice gives one.
  grantFile: async (file) => {
    const answer = (await ipcRenderer.invoke('grant-file', webUtils.getPathForFile(file))) as Granted;
    if ('grant' in answer) return answer.grant;
    throw new Error(answer.message);
  },
};

contextBridge.exposeInMainWorld('epiflux', bridge);
