// What is filled in without signal: written on this phone first, sent when there is a network, and gone from here only once the server has
// answered. Each entry carries an operation id of its own, so that whatever is sent twice is written once. Two kinds: the ticks of a roll call
// (form[data-roll]); reports and records of ledgers (form[data-report], form[data-record]), which may have photos. Decisions 0035, 0038.
"use strict";
(() => {
  const CACHE = "kept", OWNER = "zhenwu-pages-of", SAID = "zhenwu-said", AGAIN = "zhenwu-again";
  const PATIENCE = 15000, SLOWEST = 20, ROUND = 20000, FRESH = 24 * 3600 * 1000; // ms; bytes in a ms; ms; ms
  const LONGEST = 1600, SMALL = 300 * 1024, QUALITY = 0.85; // pixels of a photo's longer side; bytes that are few enough; of JPEG
  const MOST = 100, LARGEST = 200 * 1024 * 1024; // entries, and bytes of photos, on this phone
  const NO_SIGNAL = "现在没有信号，有信号时自动", LOGIN = "登录已经过期，登录以后自动", OTHER = "现在登录的是另一个人，请本人登录以后", BUSY = "系统暂时没有应答，过一会儿自动再";
  const board = document.getElementById("unsent"), { person, made, worker, login, unsent } = board.dataset;
  const rolls = Boolean(document.querySelector("form[data-roll]")), form = document.querySelector("form[data-report], form[data-record]");
  const arrived = [];
  let token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  let sending = false, trouble = "", told = 0, latest = "", touched = false, replaces = "";

  // -- the entries on this phone: what was filled in lies apart from the photos, which are read only when they are sent -----------------
  const opened = new Promise((done, failed) => {
    const asked = indexedDB.open("zhenwu", 1);
    asked.onupgradeneeded = () => ["entries", "files"].forEach((name) => asked.result.createObjectStore(name, { keyPath: "op_id" }));
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  opened.catch(() => {});

  async function store(mode, act) {
    const within = (await opened).transaction(["entries", "files"], mode, { durability: "strict" });
    const asked = act(within.objectStore("entries"), within.objectStore("files"));
    return new Promise((done, failed) => {
      within.oncomplete = () => done(asked && asked.result);
      within.onabort = within.onerror = () => failed(within.error);
    });
  }
  const all = async () => (await store("readonly", (entries) => entries.getAll())).sort((a, b) => a.at - b.at);
  const mine = async () => (await all()).filter((one) => one.person === person);
  const note = (one) => store("readwrite", (entries) => entries.put(one));
  const drop = (one) => store("readwrite", (entries, files) => { entries.delete(one.op_id); files.delete(one.op_id); });
  const filesOf = async (one) => ((await store("readonly", (entries, files) => files.get(one.op_id))) || { files: [] }).files;

  async function keep(one, photos) {
    const there = await all(), size = photos.reduce((sum, file) => sum + file.data.byteLength, 0);
    if (there.length >= MOST || there.reduce((sum, known) => sum + (known.size || 0), size) > LARGEST)
      throw new Full(`这部手机上还没有报上去的已经有 ${there.length} 件，照片太多，放不下了。这一件还没有记下：请少选几张照片，或者先到有信号的地方把已有的报上去。`);
    await store("readwrite", (entries, files) => {
      entries.put({ ...one, size });
      if (photos.length) files.put({ op_id: one.op_id, files: photos });
      if (one.replaces) { entries.delete(one.replaces); files.delete(one.replaces); }
    });
  }
  class Full extends Error {}

  function newId() {
    const some = crypto.getRandomValues(new Uint8Array(16));
    some[6] = (some[6] & 15) | 64;
    some[8] = (some[8] & 63) | 128;
    return [...some].map((part) => part.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  // -- a form becomes an entry ---------------------------------------------------------------------------------------------------------
  async function read(filled, pressed) {
    const fields = [], files = [], sent = new FormData(filled), now = Date.now();
    for (const [name, value] of sent) {
      if (["csrfmiddlewaretoken", "op_id"].includes(name)) continue;
      if (typeof value === "string") fields.push([name, value]);
      else if (value.size) { const one = await smaller(value); files.push({ name, as: one.name, type: one.type, data: await one.arrayBuffer() }); }
    }
    if (filled === form && pressed && pressed.name) fields.push([pressed.name, pressed.value]); // what was told before is the same thing
    const common = { op_id: sent.get("op_id"), person, at: now, url: new URL(filled.action).pathname, page: location.pathname + location.search, fields, photos: files.length };
    return { files, one: filled === form ? { ...common, kind: "report", ...aboutReport(filled), replaces } : { ...common, kind: "roll", ...aboutRoll(filled, fields, now) } };
  }

  // A telephone's photo is megabytes, on a line of a mountain valley: it is made smaller before it is kept, upright, and without what stands
  // beside the picture (where it was taken). What is no picture, is small, or cannot be opened here goes as it is.
  async function smaller(file) {
    if (!/^image\/(jpeg|png|webp|hei[cf])$/.test(file.type) || file.size <= SMALL) return file;
    let drawn = null;
    try {
      drawn = await createImageBitmap(file, { imageOrientation: "from-image" });
      const part = Math.min(1, LONGEST / Math.max(drawn.width, drawn.height)), canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [drawn.width, drawn.height].map((side) => Math.max(1, Math.round(side * part)));
      const page = canvas.getContext("2d");
      page.fillStyle = "#fff"; // what can be seen through becomes paper, not black
      page.fillRect(0, 0, canvas.width, canvas.height);
      page.drawImage(drawn, 0, 0, canvas.width, canvas.height);
      const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
      return made && made.type === "image/jpeg" && made.size < file.size ? new File([made], `${file.name.replace(/\.[^.]*$/, "") || "photo"}.jpg`, { type: made.type }) : file;
    } catch {
      return file;
    } finally {
      if (drawn) drawn.close();
    }
  }

  function aboutRoll(filled, fields, at) {
    const now = new Date(at), two = (number) => String(number).padStart(2, "0"), ticked = filled.elements.act.value === "tick";
    fields.push(["on", `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`]);
    if (!ticked && !filled.elements.sure) fields.push(["sure", "1"]);
    return { page: location.pathname, member: filled.elements.member.value, done: ticked ? "到了" : "返回", name: `${filled.dataset.roll.trim()} ${ticked ? "到了" : "返回"}` };
  }

  function aboutReport(filled) {
    const words = [];
    for (const label of filled.querySelectorAll(".control label[for]")) {
      const input = document.getElementById(label.htmlFor);
      if (!input || input.type === "file" || !input.value) continue;
      const value = input.matches("[data-polyline]") ? "有" : input.tagName === "SELECT" ? input.selectedOptions[0].textContent : input.type === "checkbox" ? (input.checked ? "是" : "") : input.value;
      if (value) words.push([label.firstChild.textContent.trim(), value.trim()]);
    }
    const title = filled.elements.title, first = filled.querySelector("[name^=f_]");
    return { name: title ? title.value.trim() : `${filled.dataset.record} ${first ? first.value : ""}`.trim(), words };
  }

  // -- sending -------------------------------------------------------------------------------------------------------------------------
  class Stop extends Error {} // nothing more can be sent now

  async function post(one, again = false) {
    const files = await filesOf(one), body = new FormData();
    for (const [name, value] of one.fields) body.append(name, value);
    for (const file of files) body.append(file.name, new Blob([file.data], { type: file.type }), file.as);
    const rest = { op_id: one.op_id, kept_by: one.person, seen_ago: Math.max(0, Math.round((Date.now() - one.at) / 1000)), csrfmiddlewaretoken: token };
    for (const [name, value] of Object.entries({ ...rest, ...(one.op_id === latest ? { at_once: "1" } : {}) })) body.append(name, value);
    const cut = new AbortController(), late = setTimeout(() => cut.abort(), PATIENCE + (one.size || 0) / SLOWEST);
    const answer = await fetch(one.url, { method: "POST", body, headers: { Accept: "application/json" }, signal: cut.signal }).finally(() => clearTimeout(late));
    if (answer.redirected) throw new Stop(LOGIN);
    if ((answer.headers.get("Content-Type") || "").includes("json")) {
      const said = await answer.json();
      if (answer.status === 401) throw new Stop(OTHER);
      if (answer.ok && !(await whole(files, said.files))) throw new Error(BUSY);
      return { ok: answer.ok, said };
    }
    if (answer.status === 403 && !again) { await renew(); return post(one, true); }
    if ([400, 413].includes(answer.status)) return { ok: false, said: { told: "服务器不收这一件，多半是照片太大", remedy: "去掉几张照片再报" } };
    throw new Error(BUSY);
  }

  async function whole(files, digests) { // the receipt names the photos that arrived; an answer without one names none
    if (!files.length || !crypto.subtle) return true;
    for (const [n, file] of files.entries()) {
      const made = [...new Uint8Array(await crypto.subtle.digest("SHA-256", file.data))].map((part) => part.toString(16).padStart(2, "0")).join("");
      if (!digests || digests[n] !== made) return false;
    }
    return true;
  }

  async function renew() { // a page from the cache may be older than the login
    const answer = await fetch(unsent, { cache: "no-store" });
    if (answer.redirected) throw new Stop(LOGIN);
    if (!answer.ok) throw new Error(BUSY);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html"), there = page.getElementById("unsent");
    if (!there || there.dataset.person !== person) throw new Stop(OTHER);
    token = page.querySelector("[name=csrfmiddlewaretoken]").value;
  }

  async function sendAll() {
    const tried = new Set();
    let ticked = 0, stopped = "";
    for (let one; !stopped && (one = (await mine()).find((known) => !known.fault && !tried.has(known.op_id))); ) {
      tried.add(one.op_id);
      try {
        if (!navigator.onLine) throw new TypeError("no network");
        await note({ ...one, tried: true });
        const { ok, said } = await post(one);
        if (!ok) { await note({ ...one, code: said.code, choices: said.choices, fault: [said.told, said.remedy].filter(Boolean).join("。") }); continue; }
        await drop(one);
        if (one.kind === "roll") ticked += 1; else arrived.push({ name: one.name, link: said.link, op_id: one.op_id });
        trouble = "";
      } catch (error) {
        const gone = error instanceof TypeError || error.name === "AbortError";
        trouble = gone ? NO_SIGNAL : error.message;
        if (gone || error instanceof Stop) stopped = trouble;
      }
    }
    return ticked;
  }

  async function send() {
    if (sending) return;
    sending = true;
    try {
      const ticked = navigator.locks ? await navigator.locks.request("zhenwu-unsent", sendAll) : await sendAll();
      if (ticked) sessionStorage.setItem(SAID, `${ticked} 户已登记。`);
      if (ticked && rolls) { location.reload(); return; }
      const own = arrived.find((one) => one.op_id === latest && one.link);
      if (own && !touched && !(await mine()).length) { location.assign(own.link); return; }
    } finally {
      sending = false;
    }
    show();
  }

  // -- what the page says ----------------------------------------------------------------------------------------------------------------
  const element = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text }, more);
  const within = (holder, ...parts) => { holder.append(...parts); return holder; };
  const list = (rows) => within(element("ul", "", { className: "plain" }), ...rows);
  const button = (words, pressed, more = {}) => { const found = element("button", words, { type: "button", className: "small", ...more }); found.addEventListener("click", () => pressed(found)); return found; };

  async function show() {
    const turn = (told += 1), there = await all(), own = there.filter((one) => one.person === person), parts = [], said = sessionStorage.getItem(SAID);
    const waiting = (kind) => own.filter((one) => !one.fault && one.kind === kind), refused = own.filter((one) => one.fault);
    if (turn !== told) return; // a later one is on its way
    board.dataset.waiting = own.length;
    if (said) parts.push(element("p", said));
    if (arrived.length) parts.push(element("h2", `报上了 ${arrived.length} 件`), list(arrived.map((one) => within(element("li", ""), one.link ? element("a", one.name, { href: one.link }) : one.name))));
    const ticks = waiting("roll"), reports = waiting("report");
    if (reports.length) parts.push(element("h2", `还没有报上去的 ${reports.length} 件`), element("p", `${trouble ? `${trouble}报上` : "正在报"}。都记在这部手机上，不要清除浏览器数据；可以接着报。`), list(reports.map(waitingRow)));
    if (ticks.length) parts.push(element("h2", `${ticks.length} 户记在这部手机上，还没有发出`), element("p", `${trouble ? `${trouble}发出` : "正在发"}。不要清除浏览器数据；可以接着打勾。`), list(ticks.map((one) => element("li", one.name))));
    if (reports.length || ticks.length) parts.push(within(element("p", ""), trouble === LOGIN || trouble === OTHER ? element("a", "去登录", { href: `${login}?next=${encodeURIComponent(location.pathname + location.search)}`, className: "button" }) : button(reports.length ? "现在就报" : "现在就发", send)));
    if (refused.length) parts.push(element("h2", refused.every((one) => one.choices) ? "还没有报上，先看一下" : refused.some((one) => one.kind === "report") ? "没有报上，请看一下" : "没有登记上，请看一下"), list(refused.map(refusedRow)));
    parts.push(...othersOf(there));
    if (rolls && ticks.length && made && trouble) parts.push(element("p", `下面的情况是 ${made} 的。`, { className: "faint" }));
    if (!parts.length && location.pathname === unsent) parts.push(element("p", "这部手机上没有还没报上去的。"));
    board.replaceChildren(...parts);
    board.hidden = !parts.length;
    for (const row of document.querySelectorAll("form[data-roll]")) mark(row, own.find((one) => one.kind === "roll" && one.page === location.pathname && one.member === row.elements.member.value));
  }

  function othersOf(there) {
    return [["report", "件"], ["roll", "户"]].flatMap(([kind, measure]) => {
      const some = there.filter((one) => one.person !== person && one.kind === kind).length;
      return some ? [element("p", `这部手机上还有别人没有发出的 ${some} ${measure}，请本人登录以后打开这一页。`)] : [];
    });
  }

  function seen(one) {
    const at = new Date(one.at), two = (number) => String(number).padStart(2, "0");
    return `${at.getMonth() + 1}月${at.getDate()}日 ${two(at.getHours())}:${two(at.getMinutes())}${one.photos ? `，照片 ${one.photos} 张` : ""}`;
  }

  function look_at(one, ...more) {
    const facts = element("dl", "", { className: "facts" });
    for (const [label, words] of one.words || []) facts.append(element("dt", label), element("dd", words));
    return within(element("details", ""), within(element("summary", one.name), element("span", ` ${seen(one)}`, { className: "faint" })), facts, ...more);
  }

  function waitingRow(one) {
    const taken = button("收回", (pressed) => {
      if (!pressed.dataset.asked) {
        pressed.dataset.asked = "1";
        pressed.textContent = "确实不报了，再按一次";
        if (one.tried) pressed.before(element("p", "这一件发过一次，没有等到答复，可能已经报上去了。收回以后，请到“我上报的”里看一下。", { className: "hint" }));
        return;
      }
      drop(one).then(show);
    });
    return within(element("li", ""), look_at(one, taken));
  }

  function refusedRow(one) {
    if (one.kind === "roll") return within(element("li", `${one.name}：${one.fault} `), button("知道了", () => drop(one).then(() => location.reload())));
    if (one.choices) return within(element("li", ""), look_at(one), element("p", one.fault, { className: "ask-twice" }), within(element("p", "", { className: "buttons" }), ...one.choices.map((choice) => button(choice[2], () => settle(one, choice))), button("不报了", () => drop(one).then(show))));
    const buttons = within(element("p", "", { className: "buttons" }), button("改一改再报", () => mend(one)), button("不报了", (pressed) => {
      if (pressed.dataset.asked) drop(one).then(show);
      else { pressed.dataset.asked = "1"; pressed.textContent = "确实不报了，再按一次"; }
    }));
    return within(element("li", ""), look_at(one), element("p", `${one.fault}。`.replace("。。", "。"), { className: "error" }), buttons);
  }

  async function settle(one, [name, value]) { // the question is answered: it goes with the answer, photos and all
    const { choices, fault, code, ...rest } = one;
    await note({ ...rest, fields: [...one.fields, [name, value], ...(name === "asked" ? [] : [["asked", "1"]])] });
    latest = one.op_id;
    touched = false;
    show();
    send();
  }

  function mark(row, one) {
    const there = row.querySelector(".kept");
    if (there) there.remove();
    for (const pressed of row.querySelectorAll("button")) pressed.hidden = Boolean(one);
    if (one) row.append(element("span", one.fault ? "没有登记上，见上面" : `${one.done}，等着发出`, { className: "tag warm kept" }));
  }

  // -- what was refused is mended in its own form, where all that was typed stands again ---------------------------------------------------
  function mend(one) {
    sessionStorage.setItem(AGAIN, one.op_id);
    if (form && location.pathname + location.search === one.page) refill(); else location.assign(one.page);
  }

  async function refill() {
    const wanted = sessionStorage.getItem(AGAIN), one = wanted && (await mine()).find((known) => known.op_id === wanted && known.fault);
    if (!form || !one) return;
    sessionStorage.removeItem(AGAIN);
    for (const [name, value] of one.fields) {
      const input = form.elements[name];
      if (!input || ["same", "asked"].includes(name)) continue;
      if (input.type === "checkbox") input.checked = true; else input.value = value;
    }
    for (const input of form.querySelectorAll("input[type=file]")) {
      const again = new DataTransfer();
      for (const file of await filesOf(one)) if (file.name === input.name) again.items.add(new File([file.data], file.as, { type: file.type }));
      input.files = again.files;
    }
    if (one.code === "ledger.warned") form.prepend(element("input", "", { type: "hidden", name: "sure", value: "1" }));
    [replaces, touched] = [one.op_id, true];
    form.prepend(element("p", `${one.fault}。改好再提交；不提交，这一件还留在手机上。`.replace("。。", "。"), { className: "ask-twice", role: "alert" }));
    form.scrollIntoView();
  }

  // -- pressing ------------------------------------------------------------------------------------------------------------------------------
  function asked(row, pressed) {
    // A return is asked for twice here too: a slip of the finger would send somebody to turn a household back.
    if (row === form || row.elements.act.value === "tick" || row.elements.sure || row.dataset.asked) return true;
    row.dataset.asked = "1";
    row.prepend(element("p", "还没有登记。确实回来了的，再按一次。", { className: "ask-twice", role: "alert" }));
    pressed.textContent = `确实回来了 ${row.dataset.roll}`;
    return false;
  }

  async function take(filled, pressed) {
    if (filled.dataset.busy) return;
    filled.dataset.busy = "1";
    try {
      const { one, files } = await read(filled, pressed);
      await keep(one, files);
      latest = one.op_id;
      if (filled === form) { begin(); document.dispatchEvent(new Event("zhenwu-kept")); }
    } catch (error) {
      if (error instanceof Full) { filled.prepend(element("p", error.message, { className: "ask-twice", role: "alert" })); filled.scrollIntoView(); }
      else filled.submit(); // no room on this phone, or no store: as it was before there was a script
      return;
    } finally {
      delete filled.dataset.busy;
    }
    show();
    send();
  }

  function begin() { // the form is blank again, for the next one
    form.reset();
    form.querySelectorAll(".ask-twice, [name=sure]").forEach((one) => one.remove());
    for (const [name, value] of new URLSearchParams(location.search)) { // what a link has filled in, on a page that was kept without it
      const input = name.startsWith("f_") && form.elements[name];
      if (input && !input.value) input.value = value;
    }
    form.elements.op_id.value = newId();
    [touched, replaces] = [false, ""];
    if (latest) scrollTo(0, 0);
  }

  document.addEventListener("submit", (event) => {
    const filled = event.target;
    if (filled.matches(".leave")) {
      if (Number(board.dataset.waiting) && !confirm("还有没有发出的，留在这部手机上，要您再登录才发得出去。确实退出吗？")) { event.preventDefault(); return; }
      if (window.caches) caches.delete(CACHE); // the next person on this phone finds no page of ours
    }
    if (filled !== form && !filled.matches("form[data-roll]")) return;
    event.preventDefault();
    if (filled === form && !form.reportValidity()) return;
    if (asked(filled, event.submitter || filled.querySelector("button"))) take(filled, event.submitter);
  });

  // -- pages for a time without signal: this one, and those that it names ----------------------------------------------------------------------
  async function look() {
    if (!navigator.serviceWorker || !window.caches) return; // by plain http: what is open goes on working, but is not opened anew
    if (localStorage.getItem(OWNER) !== person) await caches.delete(CACHE);
    localStorage.setItem(OWNER, person);
    await navigator.serviceWorker.register(worker);
    await navigator.serviceWorker.ready;
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
    const cache = await caches.open(CACHE), parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon]")].map((one) => one.href);
    const wanted = [...parts, ...scripts(document, location.href), unsent, ...(board.dataset.keep === undefined ? [] : [location.pathname + (form && form.matches("[data-record]") ? "" : location.search)]), ...named(document, location.href)];
    for (const address of new Set(wanted)) await keepPage(cache, address, true).catch(() => {});
  }
  const scripts = (page, base) => [...page.querySelectorAll("script[src]")].map((one) => new URL(one.getAttribute("src"), base).href);
  const named = (page, base) => [...page.querySelectorAll("a[data-keep]")].map((one) => new URL(one.getAttribute("href"), base)).map((url) => url.pathname + url.search);

  async function keepPage(cache, address, onward) {
    let known = await cache.match(address, { ignoreVary: true });
    if (!known || Date.now() - Date.parse(known.headers.get("Date") || 0) > FRESH) {
      const answer = await fetch(address);
      if (!answer.ok || answer.redirected) return;
      await cache.put(address, answer.clone());
      known = answer;
    }
    if (!(known.headers.get("Content-Type") || "").includes("html")) return;
    const page = new DOMParser().parseFromString(await known.text(), "text/html");
    for (const one of scripts(page, location.href)) await keepPage(cache, one, false).catch(() => {});
    if (onward) for (const one of named(page, new URL(address, location.href))) await keepPage(cache, one, false).catch(() => {});
  }

  function category() { // a small kind whose own form was not kept: the line's form, with the kind that was tapped chosen
    const wanted = new URLSearchParams(location.search).get("category"), choice = form && form.elements.category;
    const tapped = wanted && choice && choice.options && [...choice.options].find((one) => one.value === wanted);
    if (!tapped) return;
    tapped.selected = true;
    form.elements.title.defaultValue = tapped.textContent;
  }

  // -- beginning -----------------------------------------------------------------------------------------------------------------------------
  const waits = async () => (await mine()).some((one) => !one.fault);
  window.addEventListener("online", send);
  setInterval(async () => (await waits()) && send(), ROUND);
  if (form) { begin(); form.addEventListener("input", () => { touched = true; }); }
  category();
  refill().catch(() => {});
  show().then(() => sessionStorage.removeItem(SAID)).then(waits).then((some) => some && send()).catch(() => {});
  look().catch(() => {});
})();
