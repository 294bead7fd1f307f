/** The door to live sources: videos, cameras, canvases, and functions that return pictures. */

export { type Camera, openCamera } from "./camera.js";
export { copyEstimate } from "./copy.js";
export { type Estimates, follow } from "./follow.js";
export { shareEstimator } from "./share.js";
export type { EstimateSource, LightSource, PictureSource } from "./source.js";
export type { Follower, FollowOptions, FollowSource, FollowState, Frame, FrameEstimator } from "./types.js";
export { CAMERA_FOV, type Watch, type Watcher, type WatchOptions, watch } from "./watch.js";
