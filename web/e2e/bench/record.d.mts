export function saveResult(
  name: string,
  browser: string,
  results: object,
  more?: { machine?: object; [entry: string]: unknown },
): void;
