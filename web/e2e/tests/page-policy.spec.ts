/** What the browser enforces for the page: Trusted Types, and files that other sites cannot use. */

import type { Page } from "@playwright/test";
import { expect, test } from "../support/fixtures";
import { look, openPage } from "../support/look";
import { PAGE_PORT } from "../support/settings";
import { servePage } from "../support/static-server";
import { startStranger } from "../support/stranger";

/** Ways to make HTML, a script or a worker of a text; "done" for each that the page lets through. */
const attempts = (page: Page, stranger: string) =>
  page.evaluate((stranger) => {
    const script = document.createElement("script");
    const blob = URL.createObjectURL(new Blob(["postMessage(1)"], { type: "text/javascript" }));
    const ways: Record<string, () => unknown> = {
      "HTML of an element": () => {
        document.createElement("div").innerHTML = "<b>x</b>";
      },
      "HTML beside an element": () => document.body.insertAdjacentHTML("beforeend", "<b>x</b>"),
      "HTML of a frame": () => {
        document.createElement("iframe").srcdoc = "<b>x</b>";
      },
      "HTML of a document": () => new DOMParser().parseFromString("<b>x</b>", "text/html"),
      "a handler": () => document.createElement("img").setAttribute("onerror", "0"),
      "the text of a script": () => {
        script.textContent = "0";
        script.text = "0";
      },
      "the address of a script": () => {
        script.src = `${stranger}script.js`;
      },
      "a stranger's worker": () => new Worker(`${stranger}worker.js`),
      "a worker of data": () => new Worker("data:text/javascript,0"),
      "a worker of a blob": () => new Worker(blob),
      "a policy": () =>
        (
          globalThis as unknown as { trustedTypes: { createPolicy(name: string, rules: object): unknown } }
        ).trustedTypes.createPolicy("mine", { createHTML: (text: string) => text }),
    };
    const outcome = ([name, act]: [string, () => unknown]) => {
      try {
        act();
        return [name, "done"];
      } catch (error) {
        return [name, (error as Error).name];
      }
    };
    return Object.fromEntries(Object.entries(ways).map(outcome));
  }, stranger);

const REFUSED = {
  "HTML of an element": "TypeError",
  "HTML beside an element": "TypeError",
  "HTML of a frame": "TypeError",
  "HTML of a document": "TypeError",
  "a handler": "TypeError",
  "the text of a script": "TypeError",
  "the address of a script": "TypeError",
  "a stranger's worker": "TypeError",
  "a worker of data": "TypeError",
  "a worker of a blob": "TypeError",
  "a policy": "TypeError",
};

test.describe("a text", () => {
  test.use({ provoked: /Trusted|createPolicy|Content Security Policy/, guests: /127\.0\.0\.1/ });

  test("never becomes HTML, a script or a worker", async ({ page }) => {
    const stranger = await startStranger();
    await openPage(page);
    expect(await attempts(page, stranger.url)).toEqual(REFUSED);
    expect(stranger.asked).toEqual([]);
    await stranger.close();
  });

  test("nor on a host that sends no headers", async ({ page }) => {
    const stranger = await startStranger();
    const { url, close } = await servePage();
    await openPage(page, "", url);
    expect((await look(page)).coeffs[0]).toBeGreaterThan(0);
    expect(await attempts(page, stranger.url)).toEqual(REFUSED);
    const fetched = await page.evaluate(
      (url) =>
        fetch(url).then(
          () => "done",
          (error) => error.name,
        ),
      stranger.url,
    );
    expect(fetched).toBe("TypeError");
    expect(stranger.asked).toEqual([]);
    await close();
    await stranger.close();
  });
});

test.describe("another site", () => {
  test.use({ provoked: /net::ERR_|CORS/, guests: /127\.0\.0\.1/ });

  test("can neither embed nor read the page's files", async ({ page }) => {
    const stranger = await startStranger();
    await page.goto(stranger.url);
    const outcomes = await page.evaluate(async (address) => {
      const load = (name: string, attributes: Record<string, string>) =>
        new Promise<string>((resolve) => {
          const element = Object.assign(document.createElement(name), attributes);
          element.addEventListener("load", () => resolve("loaded"));
          element.addEventListener("error", () => resolve("refused"));
          document.documentElement.append(element);
        });
      return {
        picture: await load("img", { src: `${address}icon.svg` }),
        photo: await load("img", { src: `${address}media/panoramas/venice_sunset.jpg` }),
        manifest: await fetch(`${address}model/manifest.json`).then(
          () => "loaded",
          () => "refused",
        ),
        blind: await fetch(`${address}model/manifest.json`, { mode: "no-cors" }).then(
          () => "loaded",
          () => "refused",
        ),
      };
    }, `http://127.0.0.1:${PAGE_PORT}/`);
    expect(outcomes).toEqual({ picture: "refused", photo: "refused", manifest: "refused", blind: "refused" });
    await stranger.close();
  });
});
