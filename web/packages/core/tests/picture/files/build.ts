/** Files made byte by byte. */

/** Characters of one byte each. */
export const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));
export const be16 = (value: number): number[] => [(value >> 8) & 255, value & 255];
export const be32 = (value: number): number[] => [...be16(value >>> 16), ...be16(value & 0xffff)];

/** A marker segment of a JPEG. */
export const segment = (marker: number, payload: number[]): number[] => [
  0xff,
  marker,
  ...be16(payload.length + 2),
  ...payload,
];

export const xmpSegment = (xmp: string): number[] => segment(0xe1, ascii(`http://ns.adobe.com/xap/1.0/\0${xmp}`));

/** A JPEG stream without pixels that could be decoded: segments, a frame header, a scan of some bytes, an end. */
export function jpeg(width: number, height: number, segments: number[][], scan = [1, 2, 0xff, 0, 3]): number[] {
  const frame = segment(0xc0, [8, ...be16(height), ...be16(width), 1, 1, 0x11, 0]);
  return [0xff, 0xd8, ...segments.flat(), ...frame, ...segment(0xda, [1, 1, 0, 0, 63, 0]), ...scan, 0xff, 0xd9];
}

type Entry = [tag: number, type: number, count: number, value: number[]];

/** A TIFF directory in big-endian order; `values` of more than four bytes are offsets already. */
export const directory = (entries: Entry[]): number[] => [
  ...be16(entries.length),
  ...entries.flatMap(([tag, type, count, value]) => [
    ...be16(tag),
    ...be16(type),
    ...be32(count),
    ...value,
    ...Array(4 - value.length).fill(0),
  ]),
  ...be32(0),
];

/** EXIF data with an orientation and a focal length for 35 mm film. */
export function exif(orientation: number, focal: number): number[] {
  const main = directory([
    [0x0112, 3, 1, be16(orientation)],
    [0x8769, 4, 1, be32(8 + 30)],
  ]);
  return [...ascii("MM\0*"), ...be32(8), ...main, ...directory([[0xa405, 3, 1, be16(focal)]])];
}

/** The payload of an MPF segment for one further picture, that many bytes behind the start of its TIFF header. */
export function mpf(offset: number): number[] {
  const entries = [
    ...be32(0x030000),
    ...be32(0),
    ...be32(0),
    ...be32(0),
    ...be32(0),
    ...be32(0),
    ...be32(offset),
    ...be32(0),
  ];
  const table = directory([[0xb002, 7, 32, be32(8 + 18)]]);
  return [...ascii("MPF\0MM\0*"), ...be32(8), ...table, ...entries];
}

/** An XMP packet with attributes of one namespace. */
export const packet = (prefix: string, namespace: string, attributes: Record<string, unknown>): string =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description xmlns:${prefix}="${namespace}" ${Object.entries(
    attributes,
  )
    .map(([name, value]) => `${prefix}:${name}="${value}"`)
    .join(" ")}/></rdf:RDF></x:xmpmeta>`;

/** An ICC profile of a display with these colorants (XYZ columns) and one power as its curve. */
export function profile(columns: number[][], power: number): number[] {
  const fixed = (value: number): number[] => be32(Math.round(value * 65536));
  const tags: [string, number[]][] = [
    ...["r", "g", "b"].map((c, i): [string, number[]] => [
      `${c}XYZ`,
      [...ascii("XYZ \0\0\0\0"), ...columns[i].flatMap(fixed)],
    ]),
    ...["r", "g", "b"].map((c): [string, number[]] => [
      `${c}TRC`,
      [...ascii("para\0\0\0\0"), ...be16(0), 0, 0, ...fixed(power)],
    ]),
  ];
  const header = Array(128).fill(0);
  header.splice(16, 8, ...ascii("RGB XYZ "));
  let at = 132 + 12 * tags.length;
  const table: number[] = [];
  const data: number[] = [];
  for (const [name, bytes] of tags) {
    table.push(...ascii(name), ...be32(at), ...be32(bytes.length));
    data.push(...bytes);
    at += bytes.length;
  }
  return [...header, ...be32(tags.length), ...table, ...data];
}
