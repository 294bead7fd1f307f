/** The parts of Khronos's validator that the tests use; it has no types of its own. */

declare module "gltf-validator" {
  interface Report {
    issues: { numErrors: number; numWarnings: number; numInfos: number; messages: unknown[] };
    info: { extensionsUsed: string[] };
  }
  export function validateBytes(bytes: Uint8Array): Promise<Report>;
}
