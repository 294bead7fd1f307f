/** One estimate of each way that loads other files: a frame, a picture file, and a tone curve with a table. */

/** A gray panorama with a bright sky. */
function drawPanorama() {
  const canvas = Object.assign(document.createElement("canvas"), { width: 256, height: 128 });
  const context = canvas.getContext("2d");
  context.fillStyle = "#445566";
  context.fillRect(0, 0, 256, 128);
  context.fillStyle = "#ffeecc";
  context.fillRect(64, 8, 64, 40);
  return canvas;
}

async function answer(createEstimator, options, withTables) {
  const canvas = drawPanorama();
  const estimator = await createEstimator(options);
  const frame = await estimator.estimate(canvas);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  const file = await estimator.estimate(blob);
  const agx = withTables ? await estimator.estimate(canvas, { response: "agx" }) : null;
  estimator.dispose();
  return {
    model: estimator.model,
    provider: estimator.provider,
    frame: Array.from(frame.coeffs),
    file: Array.from(file.coeffs),
    agx: agx && Array.from(agx.coeffs),
  };
}

/** Writes the answer, or the error, into the page. */
export function run(createEstimator, options = {}, withTables = true) {
  const output = document.querySelector("output");
  answer(createEstimator, options, withTables).then(
    (found) => output.append(JSON.stringify(found)),
    (error) => output.append(JSON.stringify({ code: error.code, error: error.message })),
  );
}
