/** Numbers and texts in the bytes of a file, which may be cut short or made to do harm. */

const LATIN = /* @__PURE__ */ new TextDecoder("latin1");

/** Big-endian or little-endian numbers; NaN where the bytes end before. */
export class ByteReader {
  readonly #view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    public littleEndian = false,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.bytes.length;
  }

  u8(at: number): number {
    return this.#has(at, 1) ? this.#view.getUint8(at) : Number.NaN;
  }

  u16(at: number): number {
    return this.#has(at, 2) ? this.#view.getUint16(at, this.littleEndian) : Number.NaN;
  }

  u32(at: number): number {
    return this.#has(at, 4) ? this.#view.getUint32(at, this.littleEndian) : Number.NaN;
  }

  i32(at: number): number {
    return this.#has(at, 4) ? this.#view.getInt32(at, this.littleEndian) : Number.NaN;
  }

  /** Up to `count` characters of one byte each. */
  text(at: number, count: number): string {
    return LATIN.decode(this.bytes.subarray(Math.max(at, 0), Math.max(at + count, 0)));
  }

  #has(at: number, count: number): boolean {
    return at >= 0 && at + count <= this.bytes.length;
  }
}

/** Whether these bytes begin with a text of one byte per character. */
export function startsWith(bytes: Uint8Array, text: string, at = 0): boolean {
  if (at < 0 || at + text.length > bytes.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
