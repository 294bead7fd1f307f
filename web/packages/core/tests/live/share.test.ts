import { expect, test, vi } from "vitest";
import type { Estimator } from "../../src/estimator/client/estimator.js";
import { emptyEstimate } from "../../src/estimator/protocol/results.js";
import { shareEstimator } from "../../src/live/share.js";
import type { Source } from "../../src/types.js";
import { passed } from "./fakes.js";

/** A source that is a number, and an estimator that answers it when told. */
const sourceOf = (value: number): Source => ({ radiance: Float32Array.of(value), width: 1, height: 1 });

function slowEstimator() {
  const calls: { value: number; answer: () => void; fail: () => void }[] = [];
  const estimate = vi.fn<Estimator["estimate"]>(
    (source) =>
      new Promise((resolve, reject) => {
        const [value] = (source as { radiance: Float32Array }).radiance;
        const found = emptyEstimate();
        found.coeffs[0] = value;
        calls.push({ value, answer: () => resolve(found), fail: () => reject(new RangeError(String(value))) });
      }),
  );
  const dispose = vi.fn();
  return {
    calls,
    dispose,
    estimator: { estimate, dispose, response: "auto", responses: ["auto"] } as unknown as Estimator,
  };
}

test("two sources take turns, and each gets its own light", async () => {
  const { calls, estimator } = slowEstimator();
  const [one, two] = [shareEstimator(estimator), shareEstimator(estimator)];
  const lights = [one.estimate(sourceOf(1)), two.estimate(sourceOf(2)), one.estimate(sourceOf(3))];
  for (let k = 0; k < 3; k++) {
    await passed();
    expect(calls).toHaveLength(k + 1); // never two at once
    calls[k].answer();
  }
  expect((await Promise.all(lights)).map(({ coeffs }) => coeffs[0])).toEqual([1, 2, 3]);
  expect(calls.map(({ value }) => value)).toEqual([1, 2, 3]);
});

test("of one source, the newest frame wins", async () => {
  const { calls, estimator } = slowEstimator();
  const view = shareEstimator(estimator);
  const lights = [1, 2, 3].map((value) => view.estimate(sourceOf(value)));
  await passed();
  calls[0].answer();
  await passed();
  calls[1].answer();
  expect((await Promise.all(lights)).map(({ coeffs }) => coeffs[0])).toEqual([1, 3, 3]);
});

test("a failure is its caller's alone", async () => {
  const { calls, estimator } = slowEstimator();
  const [one, two] = [shareEstimator(estimator), shareEstimator(estimator)];
  const [first, second] = [one.estimate(sourceOf(1)), two.estimate(sourceOf(2))];
  const refused = expect(first).rejects.toThrow("1");
  await passed();
  calls[0].fail();
  await refused;
  await passed();
  calls[1].answer();
  expect((await second).coeffs[0]).toBe(2);
});

test("each view smooths its own source, and fills its target", async () => {
  const { calls, estimator } = slowEstimator();
  const [one, two] = [shareEstimator(estimator), shareEstimator(estimator)];
  one.smoothing = 1;
  const target = emptyEstimate();
  const ask = async (view: Estimator, value: number, time: number): Promise<number> => {
    const light = view.estimate(sourceOf(value), { target, time });
    await passed();
    calls.at(-1)?.answer();
    expect(await light).toBe(target);
    return target.coeffs[0];
  };
  expect(await ask(one, 1, 0)).toBe(1);
  expect(await ask(two, 5, 0.5)).toBe(5);
  expect(await ask(one, 2, 1)).toBeCloseTo(2 - Math.exp(-1), 5);
});

test("the end of a view leaves the estimator to the others", async () => {
  const { dispose, estimator } = slowEstimator();
  const view = shareEstimator(estimator);
  const waiting = expect(view.estimate(sourceOf(1))).rejects.toMatchObject({ code: "disposed" });
  view.dispose();
  await waiting;
  await expect(view.estimate(sourceOf(1))).rejects.toMatchObject({ code: "disposed" });
  expect(dispose).not.toHaveBeenCalled();
});
