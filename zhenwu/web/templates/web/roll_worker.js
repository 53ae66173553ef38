// Opens the pages of a roll call without signal: what was seen last is shown when the network does not answer. It sends nothing; the page does.
"use strict";
const KEPT = "roll", PATIENCE = 6000, LONGEST = 3 * 24 * 3600 * 1000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const asked = event.request, url = new URL(asked.url);
  if (asked.method !== "GET" || url.origin !== self.location.origin) return;
  if (asked.mode === "navigate" || url.pathname.startsWith("/static/")) event.respondWith(newest(asked));
});

async function newest(asked) {
  const cache = await caches.open(KEPT), known = await cache.match(asked, { ignoreSearch: true, ignoreVary: true });
  try {
    const answer = await (known ? inTime(fetch(asked)) : fetch(asked));
    if (answer.ok && !answer.redirected) await cache.put(asked, answer.clone());
    return answer;
  } catch (error) {
    if (known && Date.now() - Date.parse(known.headers.get("Date") || new Date()) < LONGEST) return known;
    throw error;
  }
}

function inTime(promise) {
  return new Promise((done, failed) => { promise.then(done, failed); setTimeout(() => failed(new Error("no answer")), PATIENCE); });
}
