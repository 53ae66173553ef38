// 点名 without signal: what is ticked is written on this phone first, sent when there is a network, and gone from here only once the server has
// answered. Each entry carries the operation id that the page was made with, so that whatever is sent twice is written once.
"use strict";
(() => {
  const KEPT = "roll", MARK = "zhenwu-roll ", PATIENCE = 10000, AGAIN = 20000;
  const board = document.getElementById("unsent"), { person, made, worker, login } = board.dataset;
  let sending = false, trouble = "";

  // -- the entries on this phone ---------------------------------------------------------------------------------------------------
  const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(MARK));
  const all = () => keys().map((key) => JSON.parse(localStorage.getItem(key))).sort((a, b) => a.at - b.at);
  const mine = () => all().filter((one) => one.person === person);
  const keep = (one) => localStorage.setItem(MARK + one.op_id, JSON.stringify(one));
  const drop = (one) => localStorage.removeItem(MARK + one.op_id);

  function entry(form, sure) {
    const sent = new FormData(form), now = new Date(), two = (number) => String(number).padStart(2, "0");
    const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
    const given = { member: sent.get("member"), act: sent.get("act"), version: sent.get("version") || "", on: day, ...(sure ? { sure: "1" } : {}) };
    return { op_id: sent.get("op_id"), url: new URL(form.action).pathname, page: location.pathname, person, name: form.dataset.roll.trim(), at: now.getTime(), given };
  }

  // -- sending ---------------------------------------------------------------------------------------------------------------------
  async function post(one) {
    const body = new URLSearchParams({ ...one.given, op_id: one.op_id, csrfmiddlewaretoken: document.querySelector("[name=csrfmiddlewaretoken]").value });
    const cut = new AbortController(), late = setTimeout(() => cut.abort(), PATIENCE);
    const answer = await fetch(one.url, { method: "POST", body, headers: { Accept: "application/json" }, signal: cut.signal }).finally(() => clearTimeout(late));
    const plain = (answer.headers.get("Content-Type") || "").includes("json");
    if (answer.redirected) throw new Error("登录已经过期，登录以后自动发出");
    if (!plain) throw new Error(answer.status === 403 ? "这一页太旧了，刷新以后自动发出" : "系统暂时没有应答，过一会儿自动再发");
    return { ok: answer.ok, said: await answer.json() };
  }

  async function send() {
    if (sending) return;
    sending = true;
    let done = 0;
    try {
      for (const one of mine().filter((known) => !known.fault)) {
        const { ok, said } = await post(one);
        if (ok) { drop(one); done += 1; } else keep({ ...one, fault: [said.told, said.remedy].join("。") });
      }
      trouble = "";
    } catch (error) {
      trouble = error instanceof TypeError || error.name === "AbortError" ? "现在没有信号，有信号时自动发出" : error.message;
    }
    sending = false;
    if (done) { sessionStorage.setItem(KEPT, `${done} 户已登记。`); location.reload(); return; }
    show();
  }

  // -- what the page says ------------------------------------------------------------------------------------------------------------
  const element = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text }, more);
  const told = (one) => `${one.name} ${one.given.act === "tick" ? "到了" : "返回"}`;

  function show() {
    const waiting = mine().filter((one) => !one.fault), refused = mine().filter((one) => one.fault), others = all().filter((one) => one.person !== person);
    const said = sessionStorage.getItem(KEPT);
    board.replaceChildren();
    if (said) board.append(element("p", said));
    if (waiting.length) {
      board.append(element("h2", `${waiting.length} 户记在这部手机上，还没有发出`), element("p", `${trouble || "正在发"}。不要清除浏览器数据；可以接着打勾。`));
      board.append(list(waiting.map((one) => element("li", told(one)))));
      if (trouble.startsWith("登录")) board.append(element("a", "去登录", { href: `${login}?next=${location.pathname}`, className: "button" }));
      else board.append(button("现在就发", send));
    }
    if (refused.length) {
      board.append(element("h2", "没有登记上，请看一下"));
      board.append(list(refused.map((one) => {
        const row = element("li", `${told(one)}：${one.fault} `);
        row.append(button("知道了", () => { drop(one); location.reload(); }));
        return row;
      })));
    }
    if (others.length) board.append(element("p", `这部手机上还有别人没有发出的 ${others.length} 户，请本人登录以后打开这一页。`));
    if (waiting.length && made && trouble) board.append(element("p", `下面的情况是 ${made} 的。`, { className: "faint" }));
    board.hidden = !board.childElementCount;
    for (const form of document.querySelectorAll("form[data-roll]")) mark(form, mine().find((one) => one.page === location.pathname && one.given.member === form.elements.member.value));
  }

  function list(rows) { const found = element("ul", "", { className: "plain" }); found.append(...rows); return found; }
  function button(words, pressed) { const found = element("button", words, { type: "button", className: "small" }); found.addEventListener("click", pressed); return found; }

  function mark(form, one) {
    const there = form.querySelector(".kept");
    if (there) there.remove();
    for (const pressed of form.querySelectorAll("button")) pressed.hidden = Boolean(one);
    if (one) form.append(element("span", one.fault ? "没有登记上，见上面" : `${one.given.act === "tick" ? "到了" : "返回"}，等着发出`, { className: "tag warm kept" }));
  }

  // -- pressing ----------------------------------------------------------------------------------------------------------------------
  function asked(form, pressed) {
    // A return is asked for twice here too: a slip of the finger would send somebody to turn a household back.
    if (form.elements.act.value === "tick" || form.elements.sure || form.dataset.asked) return true;
    form.dataset.asked = "1";
    form.prepend(element("p", "还没有登记。确实回来了的，再按一次。", { className: "ask-twice", role: "alert" }));
    pressed.textContent = `确实回来了 ${form.dataset.roll}`;
    return false;
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches(".leave")) {
      if (mine().length && !confirm("还有没有发出的，留在这部手机上，要您再登录才发得出去。确实退出吗？")) { event.preventDefault(); return; }
      if (window.caches) caches.delete(KEPT); // the next person on this phone finds no page of ours
    }
    if (!form.matches("form[data-roll]")) return;
    event.preventDefault();
    if (!asked(form, event.submitter || form.querySelector("button"))) return;
    try {
      keep(entry(form, form.elements.act.value === "back"));
    } catch (error) {
      form.submit(); // no room on this phone: as it was before there was a script
      return;
    }
    show();
    send();
  });

  // -- beginning ---------------------------------------------------------------------------------------------------------------------
  async function look() {
    if (!navigator.serviceWorker) return; // by plain http: what is open can be ticked, but not opened anew
    await navigator.serviceWorker.register(worker, { scope: "/roll" });
    await navigator.serviceWorker.ready;
    const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon]")].map((one) => one.href);
    const pages = [location.pathname, ...[...document.querySelectorAll("a[data-keep]")].map((one) => one.pathname)];
    const cache = await caches.open(KEPT);
    await Promise.allSettled([...pages, ...parts, document.querySelector("script[src]").src].map(async (one) => (await cache.match(one, { ignoreVary: true })) || keepPage(cache, one)));
  }

  async function keepPage(cache, address) {
    const answer = await fetch(address);
    if (answer.ok && !answer.redirected) await cache.put(address, answer);
  }

  window.addEventListener("online", send);
  setInterval(() => mine().some((one) => !one.fault) && send(), AGAIN);
  show();
  sessionStorage.removeItem(KEPT);
  if (mine().some((one) => !one.fault)) send();
  look().catch(() => {});
})();
