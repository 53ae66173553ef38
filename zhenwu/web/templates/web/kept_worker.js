// Opens without signal the pages that were kept for it: what was seen last is shown when the network does not answer. It keeps nothing but what a
// page of ours put there, and sends nothing; the page does.
"use strict";
const KEPT = "kept", PATIENCE = 6000, DAY = 24 * 3600 * 1000;
const DAYS = [["{% url 'new_matter' %}", 14], ["{% url 'unsent' %}", 14], ["{% url 'rolls' %}", 3], ["/roll/", 3]]; // a roll shows masked names
const RECORD = /^\/ledger\/[^/]+\/new$/;
const HOME = "{% url 'home' %}", UNSENT = "{% url 'unsent' %}", LEAVE = "{% url 'logout' %}";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const asked = event.request, url = new URL(asked.url);
  if (url.origin !== self.location.origin) return;
  if (asked.method === "POST" && url.pathname === LEAVE) event.waitUntil(caches.delete(KEPT)); // whoever comes next finds no page of ours
  if (asked.method !== "GET") return;
  if (url.pathname.startsWith("/static/")) event.respondWith(newest(asked, url, 14));
  if (asked.mode !== "navigate") return;
  const known = DAYS.find(([path]) => url.pathname === path || (path.endsWith("/") && url.pathname.startsWith(path)));
  if (RECORD.test(url.pathname)) event.respondWith(newest(asked, url, 14));
  else if (known) event.respondWith(newest(asked, url, known[1]));
  else if (url.pathname === HOME) event.respondWith(fetch(asked).catch(() => Response.redirect(UNSENT)));
});

async function newest(asked, url, days) {
  const cache = await caches.open(KEPT), known = await match(cache, url);
  try {
    const answer = await (known ? inTime(fetch(asked)) : fetch(asked));
    if (answer.ok && !answer.redirected && known && (await cache.match(asked, { ignoreVary: true }))) await cache.put(asked, answer.clone());
    return answer;
  } catch (error) {
    if (known && Date.now() - Date.parse(known.headers.get("Date") || new Date()) < days * DAY) return known;
    throw error;
  }
}

async function match(cache, url) {
  // The very page; else the form of the line without the small kind, which the page's script puts in; of a roll and of a ledger's form, the page whatever was asked of it.
  for (const one of [url.href, url.href.replace(/&category=[^&#]*/, "")]) {
    const found = await cache.match(one, { ignoreVary: true, ignoreSearch: !url.searchParams.has("kind") && url.pathname !== "{% url 'new_matter' %}" });
    if (found) return found;
  }
  return undefined;
}

function inTime(promise) {
  return new Promise((done, failed) => { promise.then(done, failed); setTimeout(() => failed(new Error("no answer")), PATIENCE); });
}
