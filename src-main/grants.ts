/** A file that the window may use: it never sees or sends a path. */
export interface Grant {
  readonly id: string;
  /** File name without folders. */
  readonly name: string;
  readonly bytes: number;
  readonly from: 'dialog' | 'upload' | 'command-line' | 'sample' | 'drawn' | 'project' | 'batch';
}
