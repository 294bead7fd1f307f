/** Live sources: the only room of the library, beside the estimator's grabbing, that knows the page. */

export { type Camera, openCamera } from "./camera.js";
export { type Follower, type FollowOptions, type FollowState, follow } from "./follow.js";
