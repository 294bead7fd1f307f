/** Pairs of layers that one kernel runs. */

import type { Layer, Shape } from "./layers.js";

type Choice = Extract<Layer, { kind: "choose" }>;

/** A layer of the file, or two of them: the product of two tensors, and a third one. */
export type PlannedLayer =
  | Exclude<Layer, Choice>
  | (Omit<Choice, "layers"> & { layers: PlannedLayer[] })
  | { kind: "multiply and add"; from: string[]; to: string };

/**
 * The same network, with each `multiply` that only the `add` behind it reads made one with it. Answers are the same to the last bit.
 *
 * @param kept - tensors that are read after the run.
 */
export function fuseLayers(
  layers: readonly Layer[],
  shapes: ReadonlyMap<string, Shape>,
  kept: Iterable<string>,
): PlannedLayer[] {
  const reads = new Map<string, number>();
  for (const name of [...kept, ...readsOf(layers)]) reads.set(name, (reads.get(name) ?? 0) + 1);
  const isOne = (product: Layer, sum: Layer | undefined): boolean =>
    product.kind === "multiply" &&
    sum?.kind === "add" &&
    sum.from.includes(product.to) &&
    reads.get(product.to) === 1 &&
    `${shapes.get(product.to)}` === `${shapes.get(sum.to)}`;
  const fuse = (list: readonly Layer[]): PlannedLayer[] => {
    const out: PlannedLayer[] = [];
    for (let i = 0; i < list.length; i++) {
      const [layer, next] = [list[i], list[i + 1]];
      if (isOne(layer, next)) {
        const third = next.from.find((name) => name !== layer.to) as string;
        out.push({ kind: "multiply and add", from: [...layer.from, third], to: next.to });
        i++;
      } else {
        out.push(layer.kind === "choose" ? { ...layer, layers: fuse(layer.layers) } : layer);
      }
    }
    return out;
  };
  return fuse(layers);
}

const readsOf = (layers: readonly Layer[]): string[] =>
  layers.flatMap((layer) =>
    layer.kind === "choose" ? [...layer.from, layer.then, ...readsOf(layer.layers)] : layer.from,
  );
