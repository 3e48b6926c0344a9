/**
 * The optional TensorFlow binding: npm drops it where its install step fails, so its own types cannot be relied on.
 */
declare module '@tensorflow/tfjs-node-gpu' {
  export const version: Readonly<Partial<Record<string, string>>>;
  export function getBackend(): string;
}
