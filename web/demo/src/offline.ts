/** The page works offline and can be installed: its service worker keeps a copy of its files. */

/** Registers the service worker where the browser has one. */
export function keepOffline(): void {
  if (!("serviceWorker" in navigator) || !isSecureContext) return;
  const register = (): void => {
    navigator.serviceWorker
      .register(new URL("offline.js", document.baseURI))
      .catch((error: unknown) => console.info("The page will not work offline:", error));
  };
  if (document.readyState === "complete") register();
  else addEventListener("load", register);
}
