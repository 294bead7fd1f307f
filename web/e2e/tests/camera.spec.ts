/** A camera, which plays a panorama: Chromium's fake one. */

import { data, distance, expect, test } from "../support/fixtures";
import { BROWSER_WITH_CAMERA } from "../support/settings";

test.use({ launchOptions: BROWSER_WITH_CAMERA });

test("a camera plays a panorama, its light is estimated, and its end is reported", async ({ library }) => {
  const picture = data<Record<string, { learned: { coeffs: number[] } }>>("parity");
  const result = await library.evaluate(async () => {
    const camera = await lib.openCamera();
    const estimator = await lib.createEstimator();
    const seen: number[][] = [];
    const states: string[] = [];
    let ended = 0;
    camera.onEnded(() => ended++);
    const follower = lib.follow(estimator, camera.video, ({ coeffs }) => seen.push([...coeffs]), {
      onState: (state) => states.push(state),
    });
    while (seen.length < 5) await new Promise((resolve) => setTimeout(resolve, 20));
    const { videoWidth, videoHeight } = camera.video;
    const [track] = (camera.video.srcObject as MediaStream).getVideoTracks();
    track.stop();
    track.dispatchEvent(new Event("ended")); // browsers send it when the camera is pulled out, not when it is stopped
    await new Promise((resolve) => setTimeout(resolve, 200));
    const state = follower.state;
    follower.stop();
    camera.stop();
    return { size: [videoWidth, videoHeight], last: seen.at(-1) ?? [], states, state, ended };
  });
  expect(result.size).toEqual([512, 256]);
  // turned, and compressed twice; bands 0 and the up axis of band 1 do not change by turning
  const mean = (coeffs: number[]) => [...coeffs.slice(0, 3), ...coeffs.slice(3, 6)];
  expect(distance(mean(result.last), mean(picture.sunset.learned.coeffs))).toBeLessThan(0.3);
  expect(result.states[0]).toBe("running");
  expect([result.state, result.ended]).toEqual(["ended", 1]);
});

test("a camera is placed on the sphere by its field of view", async ({ library }) => {
  const seen = await library.evaluate(async () => {
    const camera = await lib.openCamera();
    const estimator = await lib.createEstimator();
    const [wide, narrow] = [
      await estimator.estimate(camera.video, { fov: 100 }),
      await estimator.estimate(camera.video, { fov: 40 }),
    ];
    camera.stop();
    return [wide.seen, narrow.seen];
  });
  expect(seen[0]).toBeGreaterThan(seen[1]);
  expect(seen[1]).toBeGreaterThan(0);
});
