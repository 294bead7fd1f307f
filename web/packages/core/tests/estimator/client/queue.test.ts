import { expect, test } from "vitest";
import { LatestWins } from "../../../src/estimator/client/queue.js";

/** A promise, and the functions that resolve and reject it. */
function later<Value>() {
  let resolve: (value: Value) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

const same = (answer: string): string => answer;

test("a newer call replaces the waiting one, which never starts and gets the newer outcome", async () => {
  const queue = new LatestWins<string>();
  const [first, third] = [later<string>(), later<string>()];
  const started: string[] = [];
  const begin = (name: string, work: Promise<string>) => () => {
    started.push(name);
    return work;
  };
  const answers = [
    queue.add(begin("first", first.promise), same),
    queue.add(begin("second", Promise.resolve("never")), (answer) => `2: ${answer}`),
    queue.add(begin("third", third.promise), (answer) => `3: ${answer}`),
  ];
  expect(started).toEqual(["first"]); // the picture of a waiting call is not taken before its turn
  first.resolve("one");
  expect(await answers[0]).toBe("one");
  expect(started).toEqual(["first", "third"]);
  third.resolve("three");
  expect(await Promise.all(answers)).toEqual(["one", "2: three", "3: three"]);
});

test("an error rejects its call only", async () => {
  const queue = new LatestWins<string>();
  const first = queue.add(() => Promise.reject(new Error("torn")), same);
  const second = queue.add(() => Promise.resolve("fine"), same);
  await expect(first).rejects.toThrow("torn");
  expect(await second).toBe("fine");
});

test("an error in one caller's result does not reach the other callers", async () => {
  const queue = new LatestWins<string>();
  const running = later<string>();
  queue.add(() => running.promise, same);
  const bad = queue.add(
    () => Promise.resolve("x"),
    () => {
      throw new RangeError("too small");
    },
  );
  const good = queue.add(() => Promise.resolve("y"), same);
  running.resolve("");
  await expect(bad).rejects.toThrow("too small");
  expect(await good).toBe("y");
});

test("after a failure everything rejects with it", async () => {
  const queue = new LatestWins<string>();
  const running = later<string>();
  const calls = [queue.add(() => running.promise, same), queue.add(() => Promise.resolve(""), same)];
  queue.fail(new Error("gone"));
  for (const call of calls) await expect(call).rejects.toThrow("gone");
  running.resolve("late");
  await expect(queue.add(() => Promise.resolve(""), same)).rejects.toThrow("gone");
});
