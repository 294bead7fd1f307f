/**
 * Arrays of a .npz file: a zip archive of .npy files.
 *
 * Source: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16; NumPy, numpy/lib/format.py, version 1.0.
 */

/** One array, in C order. */
export interface NpyArray {
  shape: number[];
  data: Float32Array | Float64Array | Uint16Array;
}

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const STORED = 0;
const DEFLATED = 8;

/**
 * The arrays of these names.
 *
 * @throws RangeError if the file is not such an archive, or lacks one of them.
 */
export async function readNpz<Name extends string>(
  file: ArrayBuffer,
  names: readonly Name[],
): Promise<Record<Name, NpyArray>> {
  const entries = directory(new DataView(file));
  const arrays = await Promise.all(
    names.map(async (name) => {
      const entry = entries.get(`${name}.npy`);
      if (!entry) throw new RangeError(`expected an array '${name}', got ${[...entries.keys()]}; copy the file again`);
      return [name, parseNpy(await unpacked(file, entry))] as const;
    }),
  );
  return Object.fromEntries(arrays) as Record<Name, NpyArray>;
}

interface Entry {
  method: number;
  size: number;
  offset: number;
}

function directory(view: DataView): Map<string, Entry> {
  let end = view.byteLength - 22;
  while (end >= 0 && view.getUint32(end, true) !== END) end--; // a comment may follow
  if (end < 0)
    throw new RangeError(`not a .npz file (${view.byteLength} bytes without a zip directory); copy it again`);
  const entries = new Map<string, Entry>();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (view.getUint32(at, true) !== ENTRY) throw new RangeError("the .npz file is damaged; copy it again");
    const length = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(new Uint8Array(view.buffer, at + 46, length));
    entries.set(name, {
      method: view.getUint16(at + 10, true),
      size: view.getUint32(at + 20, true),
      offset: view.getUint32(at + 42, true),
    });
    at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

async function unpacked(file: ArrayBuffer, { method, size, offset }: Entry): Promise<ArrayBuffer> {
  const view = new DataView(file, offset);
  const start = offset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
  const packed = file.slice(start, start + size);
  if (method === STORED) return packed;
  if (method !== DEFLATED) throw new RangeError(`expected a deflated .npz file, got method ${method}; save it again`);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(stream).arrayBuffer();
}

const KINDS = { "<f4": Float32Array, "<f8": Float64Array, "<u2": Uint16Array };

function parseNpy(file: ArrayBuffer): NpyArray {
  const length = new DataView(file).getUint16(8, true);
  const header = new TextDecoder().decode(new Uint8Array(file, 10, length));
  const kind = /'descr': *'([^']*)'/.exec(header)?.[1] ?? "none";
  const shape = /'shape': *\(([^)]*)\)/.exec(header)?.[1];
  const List = KINDS[kind as keyof typeof KINDS];
  if (!List || shape === undefined || header.includes("'fortran_order': True")) {
    throw new RangeError(`expected an array of ${Object.keys(KINDS)} in C order, got ${header.trim()}; save it again`);
  }
  return { shape: shape.split(",").filter(Boolean).map(Number), data: new List(file.slice(10 + length)) };
}
