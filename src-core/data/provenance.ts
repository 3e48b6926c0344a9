/** Where a number came from: the file's metadata or data, the user, or a default that nobody confirmed. */
export type Provenance = 'file' | 'user' | 'assumed';
